-- The figures of a group are those of its portals, summed from the daily table and not from what the scorecard is made of.
with

definitions as (
    select kpi from {{ ref('dim_kpis') }}
    where aggregation in ('sum', 'ratio', 'mean')
),

groups as (
    select * from {{ ref('int_portal_groups') }}
),

months as (
    select portal_id, max(month) as last_month
    from {{ ref('int_portal_months') }}
    group by portal_id
),

by_portal as (
    select
        groups.group_type,
        groups.group_name,
        daily.kpi,
        sum(daily.numerator) as numerator,
        sum(daily.denominator) as denominator
    from {{ ref('int_kpis') }} as daily
    inner join definitions on definitions.kpi = daily.kpi
    inner join groups on groups.portal_id = daily.portal_id
    inner join months on months.portal_id = daily.portal_id
    -- A scorecard has no months to come.
    where daily.date < months.last_month + interval '1 month'
    group by groups.group_type, groups.group_name, daily.kpi
),

by_group as (
    select
        group_type,
        group_name,
        kpi,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from {{ ref('group_scorecard') }}
    group by group_type, group_name, kpi
)

select by_portal.*
from by_portal
left join by_group
    on
        by_group.group_type = by_portal.group_type
        and by_group.group_name = by_portal.group_name
        and by_group.kpi = by_portal.kpi
where
    -- Months without a row count 0 there.
    coalesce(by_portal.numerator, 0) <> coalesce(by_group.numerator, 0)
    or coalesce(by_portal.denominator, 0) <> coalesce(by_group.denominator, 0)
