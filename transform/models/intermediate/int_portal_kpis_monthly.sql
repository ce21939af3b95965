{{ config(materialized='table') }}

with

months as (
    select * from {{ ref('int_portal_months') }}
),

kpis as (
    select * from {{ ref('kpi_monthly') }}
),

definitions as (
    select * from {{ ref('dim_kpis') }}
),

samples as (
    {{ samples_of_teams() }}
),

velocities as (
    select * from {{ ref('int_sales_velocity_monthly') }}
),

summed as (
    select
        portal_id,
        month,
        kpi,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from kpis
    -- Its pipelines' do not add up to a portal's.
    where kpi <> 'sales_velocity'
    group by portal_id, month, kpi

    union all

    select portal_id, month, 'sales_velocity', velocity, null from velocities
),

-- Not of the dimensions' medians: a median can't be made of medians.
medians as (
    select
        portal_id,
        {{ first_day('month', 'date') }} as month,
        kpi,
        {{ median('sample') }} as median
    from samples
    group by portal_id, {{ first_day('month', 'date') }}, kpi
),

begun as (
    select
        portal_id,
        kpi,
        min(month) as month
    from summed
    group by portal_id, kpi
)

select
    months.portal_id,
    months.month,
    begun.kpi,
    case
        when summed.portal_id is null then 0
        else {{ kpi_value('definitions.aggregation', 'summed.numerator', 'summed.denominator', 'medians.median') }}
    end as value,
    case when summed.portal_id is null then 0 else summed.numerator end as numerator,
    summed.denominator
from months
inner join begun
    on
        begun.portal_id = months.portal_id
        and begun.month <= months.month
inner join definitions on definitions.kpi = begun.kpi
left join summed
    on
        summed.portal_id = months.portal_id
        and summed.month = months.month
        and summed.kpi = begun.kpi
left join medians
    on
        medians.portal_id = months.portal_id
        and medians.month = months.month
        and medians.kpi = begun.kpi
-- A month without a deal won has won none, but a month without a rate has no rate.
where
    summed.portal_id is not null
    or (months.is_read and definitions.empty_is_zero)
