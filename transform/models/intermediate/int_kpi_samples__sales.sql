-- What medians are taken of: they can't be added up over days.
with

deals as (
    select * from {{ ref('fct_deals') }}
)

select
    portal_id,
    closed_date as date,
    'sales_cycle_days_median' as kpi,
    coalesce(pipeline_id, 'UNKNOWN') as dimension_id,
    pipeline_label as dimension,
    cycle_days as sample
from deals
where
    closed_date is not null
    and cycle_days is not null
