with

groups as (
    select * from {{ ref('int_portal_groups') }}
),

kpis as (
    select * from {{ ref('int_portal_kpis_monthly') }}
),

definitions as (
    select * from {{ ref('dim_kpis') }}
),

targets as (
    select * from {{ ref('int_kpi_targets') }}
    where group_name is not null
),

samples as (
    {{ samples_of_teams() }}
),

-- As if the portals were one: their velocities do not add up.
velocities as (
    select
        groups.group_type,
        groups.group_name,
        portal_velocities.month,
        count(*) as portals,
        sum(portal_velocities.open_deals) as open_deals,
        sum(portal_velocities.won) as won,
        sum(portal_velocities.lost) as lost,
        sum(portal_velocities.won_value) as won_value,
        sum(portal_velocities.valued_deals) as valued_deals,
        sum(portal_velocities.cycle_days) as cycle_days,
        sum(portal_velocities.cycles) as cycles
    from {{ ref('int_sales_velocity_monthly') }} as portal_velocities
    inner join groups on groups.portal_id = portal_velocities.portal_id
    group by groups.group_type, groups.group_name, portal_velocities.month
),

summed as (
    select
        groups.group_type,
        groups.group_name,
        kpis.month,
        kpis.kpi,
        count(kpis.value) as portals,
        sum(kpis.numerator) as numerator,
        sum(kpis.denominator) as denominator
    from kpis
    inner join groups on groups.portal_id = kpis.portal_id
    where kpis.kpi <> 'sales_velocity'
    group by groups.group_type, groups.group_name, kpis.month, kpis.kpi

    union all

    select
        group_type,
        group_name,
        month,
        'sales_velocity',
        portals,
        {{ sales_velocity('velocities') }},
        null
    from velocities
),

-- Of all records of the group: a median can't be made of the portals' medians.
medians as (
    select
        groups.group_type,
        groups.group_name,
        {{ first_day('month', 'samples.date') }} as month,
        samples.kpi,
        {{ median('samples.sample') }} as median
    from samples
    inner join groups on groups.portal_id = samples.portal_id
    group by groups.group_type, groups.group_name, {{ first_day('month', 'samples.date') }}, samples.kpi
),

valued as (
    select
        summed.*,
        {{ kpi_value('definitions.aggregation', 'summed.numerator', 'summed.denominator', 'medians.median') }} as value,
        definitions.unit,
        definitions.reporting_currency
    from summed
    inner join definitions on definitions.kpi = summed.kpi
    left join medians
        on
            medians.group_type = summed.group_type
            and medians.group_name = summed.group_name
            and medians.month = summed.month
            and medians.kpi = summed.kpi
)

select
    valued.group_type,
    valued.group_name,
    valued.month,
    {{ fiscal_year('valued.month') }} as fiscal_year,
    {{ fiscal_quarter('valued.month') }} as fiscal_quarter,
    valued.kpi,
    valued.portals,
    valued.value,
    valued.numerator,
    valued.denominator,
    previous.value as previous_value,
    {{ relative_change('valued.value', 'previous.value') }} as change,
    targets.target,
    valued.value / nullif(targets.target, 0) as attainment,
    valued.unit,
    valued.reporting_currency
from valued
left join valued as previous
    on
        previous.group_type = valued.group_type
        and previous.group_name = valued.group_name
        and previous.kpi = valued.kpi
        and previous.month = valued.month - interval '1 month'
left join targets
    on
        targets.group_name = valued.group_name
        and targets.kpi = valued.kpi
        and targets.month = valued.month
