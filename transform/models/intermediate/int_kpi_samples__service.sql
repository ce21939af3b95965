with

tickets as (
    select * from {{ ref('fct_tickets') }}
)

select
    portal_id,
    created_date as date,
    'first_response_hours_median' as kpi,
    coalesce(pipeline_id, 'UNKNOWN') as dimension_id,
    pipeline_label as dimension,
    first_response_hours as sample
from tickets
where
    created_date is not null
    and first_response_hours is not null
