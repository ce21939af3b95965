with

source as (
    select * from {{ raw('campaign_spend_items') }}
),

full_reads as (
    select portal_id, read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = 'campaign_spend_items'
),

marked as (
    select
        -- ids
        source.portal_id,
        source.campaign_id,
        source.id as item_id,

        -- text
        source.name as item_name,
        source.description,
        source.currency_code,
        source.amount,

        -- timestamps
        source.created_at at time zone 'UTC' as created_at,
        source.updated_at at time zone 'UTC' as updated_at,
        source.synced_at at time zone 'UTC' as synced_at,

        {{ deleted_reason(archivable=false) }} as deleted_reason
    from source
    left join full_reads on full_reads.portal_id = source.portal_id
)

select
    *,
    deleted_reason is not null as is_deleted
from marked
