with

source as (
    select * from {{ raw('web_analytics_daily') }}
),

full_reads as (
    select portal_id, read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = 'web_analytics_daily'
),

marked as (
    select
        -- ids
        source.portal_id,
        source.source,

        -- numerics
        source.visits,
        source.visitors,
        source.returning_visits,
        source.raw_views,
        source.bounces,
        source.contacts,
        source.subscribers,
        source.leads,
        source.marketing_qualified_leads,
        source.sales_qualified_leads,
        source.opportunities,
        source.customers,

        -- dates (the portal's own days)
        {{ hubspot_date('source.date') }} as date,

        -- timestamps
        source.synced_at at time zone 'UTC' as synced_at,

        -- Between full reads the tap writes zeros, and no metrics, over a source that has lost its last visit.
        case when source.metrics = '{}' then 'missing' else {{ deleted_reason(archivable=false) }} end as deleted_reason
    from source
    left join full_reads on full_reads.portal_id = source.portal_id
)

select
    *,
    deleted_reason is not null as is_deleted
from marked
