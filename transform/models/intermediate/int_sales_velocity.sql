-- One row per portal and day from its first deal to today: what its open deals are worth a day, judged by the deals
-- closed in the 90 days that end with it.
with

deals as (
    select * from {{ ref('fct_deals') }}
    where
        created_date is not null
        -- Nobody knows when a closed deal without a date ceased to be open.
        and (not is_closed or closed_date is not null)
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
),

events as (
    select
        portal_id,
        created_date as date,
        count(*) as opened,
        0 as ended,
        0 as won,
        0 as lost,
        null::numeric as won_value,
        0 as valued,
        null::numeric as cycle_days,
        0 as cycles
    from deals
    group by portal_id, created_date

    union all

    -- A deal that was closed before it was entered was never open.
    select
        portal_id,
        greatest(created_date, closed_date) as date,
        0 as opened,
        count(*) as ended,
        0 as won,
        0 as lost,
        null::numeric as won_value,
        0 as valued,
        null::numeric as cycle_days,
        0 as cycles
    from deals
    where is_closed
    group by portal_id, greatest(created_date, closed_date)

    union all

    select
        portal_id,
        closed_date as date,
        0 as opened,
        0 as ended,
        count(*) filter (where outcome = 'won') as won,
        count(*) filter (where outcome = 'lost') as lost,
        sum(closed_value) filter (where outcome = 'won') as won_value,
        count(closed_value) filter (where outcome = 'won') as valued,
        sum(cycle_days) as cycle_days,
        count(cycle_days) as cycles
    from deals
    where is_closed
    group by portal_id, closed_date
),

spans as (
    select
        events.portal_id,
        min(events.date) as first_date,
        min(events.date) filter (where events.opened > 0) as first_created_date,
        {{ portal_today() }} as today
    from events
    inner join portals on portals.portal_id = events.portal_id
    group by events.portal_id, portals.time_zone
),

days as (
    select
        spans.portal_id,
        spans.first_created_date,
        day::date as date
    from spans
    cross join lateral generate_series(spans.first_date, spans.today, interval '1 day') as day
),

by_day as (
    select
        days.portal_id,
        days.date,
        days.first_created_date,
        sum(events.opened) - sum(events.ended) as net_opened,
        sum(events.won) as won,
        sum(events.lost) as lost,
        sum(events.won_value) as won_value,
        sum(events.valued) as valued,
        sum(events.cycle_days) as cycle_days,
        sum(events.cycles) as cycles
    from days
    left join events
        on
            events.portal_id = days.portal_id
            and events.date = days.date
    group by days.portal_id, days.date, days.first_created_date
),

recent as (
    select
        portal_id,
        date,
        first_created_date,
        sum(net_opened) over (partition by portal_id order by date) as open_deals,
        sum(won) over last_90_days as won,
        sum(lost) over last_90_days as lost,
        sum(won_value) over last_90_days as won_value,
        sum(valued) over last_90_days as valued,
        sum(cycle_days) over last_90_days as cycle_days,
        sum(cycles) over last_90_days as cycles
    from by_day
    window last_90_days as (partition by portal_id order by date rows between 89 preceding and current row)
)

select
    portal_id,
    date,
    open_deals,
    won,
    lost,
    won_value,
    valued as valued_deals,
    cycle_days,
    cycles,
    -- Products first: what is divided early is rounded early.
    round(open_deals * won * won_value * cycles / ((won + lost) * valued * cycle_days), 6) as velocity
from recent
where
    date >= first_created_date
    and won + lost > 0
    and valued > 0
    -- Imported deals may be closed before they were created; a speed of no or negative time is none.
    and cycle_days > 0
