-- Looking up names neither loses a row of what the teams count nor doubles it.
with

counted as (
    select portal_id, count(*) as number_of_rows
    from {{ ref('int_kpis') }}
    group by portal_id
),

named as (
    select portal_id, count(*) as number_of_rows
    from {{ ref('kpi_daily') }}
    group by portal_id
)

select
    counted.portal_id,
    counted.number_of_rows as counted_rows,
    named.number_of_rows as named_rows
from counted
inner join {{ ref('dim_portals') }} as portals on portals.portal_id = counted.portal_id
left join named on named.portal_id = counted.portal_id
where named.number_of_rows is distinct from counted.number_of_rows
