-- Days, weeks and months have the same sums, portal by portal and KPI by KPI; of what is known by the month, weeks have none.
with

definitions as (
    select kpi, smallest_period = 'day' as has_weeks from {{ ref('dim_kpis') }}
    where aggregation in ('sum', 'ratio', 'mean')
),

daily as (
    select portal_id, kpi, sum(numerator) as numerator, sum(denominator) as denominator
    from {{ ref('int_kpis') }}
    group by portal_id, kpi
),

weekly as (
    select portal_id, kpi, sum(numerator) as numerator, sum(denominator) as denominator
    from {{ ref('kpi_weekly') }}
    group by portal_id, kpi
),

monthly as (
    select portal_id, kpi, sum(numerator) as numerator, sum(denominator) as denominator
    from {{ ref('kpi_monthly') }}
    group by portal_id, kpi
)

select
    definitions.kpi,
    daily.portal_id,
    daily.numerator as daily_numerator,
    weekly.numerator as weekly_numerator,
    monthly.numerator as monthly_numerator,
    daily.denominator as daily_denominator,
    weekly.denominator as weekly_denominator,
    monthly.denominator as monthly_denominator
from daily
inner join definitions on definitions.kpi = daily.kpi
left join weekly
    on
        weekly.portal_id = daily.portal_id
        and weekly.kpi = daily.kpi
left join monthly
    on
        monthly.portal_id = daily.portal_id
        and monthly.kpi = daily.kpi
where
    (daily.numerator is distinct from weekly.numerator and definitions.has_weeks)
    or daily.numerator is distinct from monthly.numerator
    or (daily.denominator is distinct from weekly.denominator and definitions.has_weeks)
    or (weekly.portal_id is not null and not definitions.has_weeks)
    or daily.denominator is distinct from monthly.denominator
