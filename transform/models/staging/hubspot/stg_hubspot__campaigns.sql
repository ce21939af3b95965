with

source as (
    select * from {{ raw('campaigns') }}
),

full_reads as (
    select portal_id, read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = 'campaigns'
),

renamed as (
    select
        -- ids
        source.portal_id,
        source.id as campaign_id,
        source.owner_id,

        -- text
        source.name as campaign_name,
        source.status as campaign_status,
        source.utm as campaign_utm,
        upper(nullif(trim(source.currency_code), '')) as currency,

        -- numerics
        {{ hubspot_numeric('source.budget_amount') }} as budget_amount,
        {{ hubspot_numeric('source.spend_amount') }} as spend_amount,

        -- dates
        {{ hubspot_date('source.start_date') }} as start_date,
        {{ hubspot_date('source.end_date') }} as end_date,

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
from renamed
