-- Every day of a portal from its first KPI to today where it is. A day begins when the portal's wall clocks do, so that
-- those on which clocks are put forward or back have 23 or 25 hours.
with

portals as (
    select * from {{ ref('dim_portals') }}
),

first_days as (
    select portals.portal_id, daily.first_day
    from portals
    -- One look into the index for each portal.
    cross join lateral (
        select min(kpis.date) as first_day
        from {{ ref('int_kpis') }} as kpis
        where kpis.portal_id = portals.portal_id
    ) as daily
    where daily.first_day is not null
),

days as (
    select
        portals.portal_id,
        portals.portal_name,
        portals.last_synced_at,
        day::date as date,
        day at time zone portals.time_zone as starts_at,
        (day + interval '1 day') at time zone portals.time_zone as ends_at
    from portals
    inner join first_days on first_days.portal_id = portals.portal_id
    cross join lateral generate_series(
        first_days.first_day::timestamp,
        {{ portal_today() }}::timestamp,
        interval '1 day'
    ) as days (day)
)

select
    portal_id,
    portal_name,
    date,
    {{ first_day('week', 'date') }} as week,
    {{ first_day('month', 'date') }} as month,
    {{ fiscal_year('date') }} as fiscal_year,
    {{ fiscal_quarter('date') }} as fiscal_quarter,
    extract(isodow from date)::int as day_of_week,
    starts_at,
    ends_at,
    extract(epoch from ends_at - starts_at) / 3600 as hours,
    -- What was not read yet is not zero.
    coalesce(starts_at <= last_synced_at, false) as is_read
from days
