with

source as (
    select * from {{ raw('marketing_emails') }}
),

full_reads as (
    select portal_id, read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = 'marketing_emails'
),

marked as (
    select
        -- ids
        source.portal_id,
        source.id as email_id,
        source.campaign_id,
        source.primary_email_campaign_id,

        -- text
        source.name as email_name,
        source.subject,
        source.type as email_type,
        source.state,
        source.from_name,
        source.reply_to,
        source.language,
        source.campaign_name,
        source.campaign_utm,

        -- booleans
        source.is_published,

        -- timestamps
        source.published_at at time zone 'UTC' as published_at,
        source.created_at at time zone 'UTC' as created_at,
        source.updated_at at time zone 'UTC' as updated_at,
        source.archived_at at time zone 'UTC' as archived_at,
        source.synced_at at time zone 'UTC' as synced_at,

        -- objects (the loader writes an absent one as JSON null)
        case
            when jsonb_typeof(source.statistics -> 'counters') = 'object' then source.statistics -> 'counters'
        end as counters,

        {{ deleted_reason() }} as deleted_reason
    from source
    left join full_reads on full_reads.portal_id = source.portal_id
)

select
    *,
    deleted_reason is not null as is_deleted
from marked
