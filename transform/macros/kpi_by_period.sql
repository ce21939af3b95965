{#-
    The body of kpi_weekly and kpi_monthly: the KPIs by a longer period than a day, each added up as its definition says.
    sum: the sum; ratio and mean: the sums of both parts, divided; median: of the records, not of the days' medians;
    last: the rows of the last day of the period that has any, for a stock can't be added up over days; trailing: the same,
    each dimension by itself, for neither do they add up.
-#}
{% macro kpi_by_period(period) -%}
with

definitions as (
    select * from {{ ref('dim_kpis') }}
),

samples as (
    {{ samples_of_teams() }}
),

-- By KPI, for so their keys find them: a join would read all rows of all KPIs.
stocks as (
    select
        daily.*,
        max(daily.date) over (
            partition by
                daily.portal_id,
                daily.kpi,
                {{ first_day(period, 'daily.date') }},
                case when definitions.aggregation = 'trailing' then daily.dimension_id end
        ) as last_date
    from definitions
    cross join lateral (
        select * from {{ ref('int_kpis') }} as of_kpi
        where of_kpi.kpi = definitions.kpi
        offset 0
    ) as daily
    where definitions.aggregation in ('last', 'trailing')
),

not_added_up as (
    select kpi from definitions
    where
        aggregation in ('last', 'trailing')
        {%- if period == 'week' %}
        -- What is known by the month is of none of its weeks.
        or smallest_period = 'month'
        {%- endif %}
),

counted as (
    select portal_id, date, kpi, dimension_id, dimension, sub_dimension_id, sub_dimension, numerator, denominator
    from {{ ref('int_kpis') }}
    where kpi not in (select not_added_up.kpi from not_added_up)

    union all

    select portal_id, date, kpi, dimension_id, dimension, sub_dimension_id, sub_dimension, numerator, denominator
    from stocks
    where date = last_date
),

summed as (
    select
        portal_id,
        {{ first_day(period, 'date') }} as {{ period }},
        kpi,
        dimension_id,
        max(dimension) as dimension,
        sub_dimension_id,
        max(sub_dimension) as sub_dimension,
        sum(numerator) as numerator,
        -- The condition changes no sum. Most KPIs have no denominator, and without it PostgreSQL keeps the state of a sum for each of
        -- their rows too, which together do not fit into memory.
        sum(denominator) filter (where denominator is not null) as denominator
    from counted
    group by portal_id, {{ first_day(period, 'date') }}, kpi, dimension_id, sub_dimension_id
),

medians as (
    select
        portal_id,
        {{ first_day(period, 'date') }} as {{ period }},
        kpi,
        dimension_id,
        {{ median('sample') }} as median
    from samples
    group by portal_id, {{ first_day(period, 'date') }}, kpi, dimension_id
),
{%- if period == 'month' %}

-- Money is spent by the month, so that what a customer cost is known by the month only.
acquisition_costs as (
    select
        portal_id,
        {{ period }},
        'cac' as kpi,
        '' as dimension_id,
        '' as dimension,
        '' as sub_dimension_id,
        '' as sub_dimension,
        sum(numerator) filter (where kpi = 'marketing_spend') as numerator,
        coalesce(sum(numerator) filter (where kpi = 'new_customers'), 0) as denominator
    from summed
    where kpi in ('marketing_spend', 'new_customers')
    group by portal_id, {{ period }}
    having count(*) filter (where kpi = 'marketing_spend') > 0
),
{%- endif %}

kpis as (
    select * from summed
    {%- if period == 'month' %}

    union all

    select * from acquisition_costs
    {%- endif %}
),

measures as (
    select kpis.*, medians.median
    from kpis
    left join medians
        on
            medians.portal_id = kpis.portal_id
            and medians.{{ period }} = kpis.{{ period }}
            and medians.kpi = kpis.kpi
            and medians.dimension_id = kpis.dimension_id
)

{{ named_kpis(period) }}
{%- endmacro %}
