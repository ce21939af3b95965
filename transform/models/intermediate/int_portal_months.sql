-- Every month of a portal from its first KPI to the running one, without a gap, so that the month before is the row before.
{{ config(materialized='table') }}

with

portals as (
    select * from {{ ref('dim_portals') }}
),

first_months as (
    select portal_id, min(month) as month
    from {{ ref('kpi_monthly') }}
    group by portal_id
)

select
    portals.portal_id,
    portals.portal_name,
    months.month::date as month,
    -- What was not read yet is not zero.
    coalesce(months.month <= portals.last_synced_at at time zone portals.time_zone, false) as is_read
from portals
inner join first_months on first_months.portal_id = portals.portal_id
cross join lateral generate_series(
    first_months.month::timestamp,
    {{ first_day('month', portal_today()) }}::timestamp,
    interval '1 month'
) as months (month)
