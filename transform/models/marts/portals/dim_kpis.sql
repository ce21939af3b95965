with

definitions as (
    select * from {{ ref('kpi_definitions') }}
)

select
    kpi,
    label,
    team,
    unit,
    case when unit in ('money', 'money_per_day') then '{{ var("reporting_currency") | upper }}' end as reporting_currency,
    aggregation,
    smallest_period,
    coalesce(dimension, '') as dimension,
    coalesce(sub_dimension, '') as sub_dimension,
    coalesce(better, '') as better,
    empty_is_zero,
    definition
from definitions
