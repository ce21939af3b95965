with

deals as (
    select * from {{ ref('fct_deals') }}
)

select
    portal_id,
    portal_name,
    created_date as date,
    coalesce(pipeline_id, 'UNKNOWN') as pipeline_id,
    pipeline_label,
    reporting_currency,
    count(*) as deals_created,
    sum(created_value) as deals_created_value
from deals
where created_date is not null
group by portal_id, portal_name, created_date, pipeline_id, pipeline_label, reporting_currency
