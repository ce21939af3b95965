-- What the open deals of a pipeline, and of all pipelines of a portal together, are worth a day: judged by the deals
-- closed in the 90 days that end with it.
with

deals as (
    select
        portal_id,
        -- Empty is all of them.
        coalesce(nullif(pipeline_id, ''), 'UNKNOWN') as pipeline_key,
        pipeline_label,
        outcome,
        is_closed,
        closed_value,
        cycle_days,
        created_date,
        closed_date
    from {{ ref('fct_deals') }}
    where
        created_date is not null
        -- Nobody knows when a closed deal without a date ceased to be open.
        and (not is_closed or closed_date is not null)
),

portals as (
    select portal_id, portal_name, time_zone from {{ ref('stg_hubspot__portals') }}
),

pipeline_events as (
    select
        portal_id,
        pipeline_key,
        min(pipeline_label) as pipeline_label,
        created_date as date,
        count(*) as opened,
        0 as ended,
        0 as won,
        0 as lost,
        null::numeric as won_value,
        0 as valued_deals,
        null::numeric as cycle_days,
        0 as cycles
    from deals
    group by portal_id, pipeline_key, created_date

    union all

    -- A deal that was closed before it was entered was never open.
    select
        portal_id,
        pipeline_key,
        min(pipeline_label) as pipeline_label,
        greatest(created_date, closed_date) as date,
        0 as opened,
        count(*) as ended,
        0 as won,
        0 as lost,
        null::numeric as won_value,
        0 as valued_deals,
        null::numeric as cycle_days,
        0 as cycles
    from deals
    where is_closed
    group by portal_id, pipeline_key, greatest(created_date, closed_date)

    union all

    select
        portal_id,
        pipeline_key,
        min(pipeline_label) as pipeline_label,
        closed_date as date,
        0 as opened,
        0 as ended,
        count(*) filter (where outcome = 'won') as won,
        count(*) filter (where outcome = 'lost') as lost,
        sum(closed_value) filter (where outcome = 'won') as won_value,
        count(closed_value) filter (where outcome = 'won') as valued_deals,
        sum(cycle_days) as cycle_days,
        count(cycle_days) as cycles
    from deals
    where is_closed
    group by portal_id, pipeline_key, closed_date
),

-- Each event twice, for a portal's velocity is not to be had of those of its pipelines.
events as (
    select
        pipeline_events.*,
        scope.pipeline_id,
        scope.label
    from pipeline_events
    cross join lateral (
        values
        (pipeline_events.pipeline_key, pipeline_events.pipeline_label),
        ('', '')
    ) as scope (pipeline_id, label)
),

spans as (
    select
        events.portal_id,
        portals.portal_name,
        events.pipeline_id,
        min(events.label) as pipeline_label,
        min(events.date) as first_date,
        min(events.date) filter (where events.opened > 0) as first_created_date,
        {{ portal_today() }} as today
    from events
    inner join portals on portals.portal_id = events.portal_id
    group by events.portal_id, portals.portal_name, portals.time_zone, events.pipeline_id
),

days as (
    select
        spans.*,
        day::date as date
    from spans
    cross join lateral generate_series(spans.first_date, spans.today, interval '1 day') as day
),

by_day as (
    select
        portal_id,
        pipeline_id,
        date,
        sum(opened) - sum(ended) as net_opened,
        sum(won) as won,
        sum(lost) as lost,
        sum(won_value) as won_value,
        sum(valued_deals) as valued_deals,
        sum(cycle_days) as cycle_days,
        sum(cycles) as cycles
    from events
    group by portal_id, pipeline_id, date
),

recent as (
    select
        days.portal_id,
        days.portal_name,
        days.pipeline_id,
        days.pipeline_label,
        days.date,
        days.first_created_date,
        coalesce(sum(by_day.net_opened) over so_far, 0)::bigint as open_deals,
        coalesce(sum(by_day.won) over last_90_days, 0)::bigint as won,
        coalesce(sum(by_day.lost) over last_90_days, 0)::bigint as lost,
        sum(by_day.won_value) over last_90_days as won_value,
        coalesce(sum(by_day.valued_deals) over last_90_days, 0)::bigint as valued_deals,
        sum(by_day.cycle_days) over last_90_days as cycle_days,
        coalesce(sum(by_day.cycles) over last_90_days, 0)::bigint as cycles
    from days
    left join by_day
        on
            by_day.portal_id = days.portal_id
            and by_day.pipeline_id = days.pipeline_id
            and by_day.date = days.date
    window
        so_far as (partition by days.portal_id, days.pipeline_id order by days.date),
        last_90_days as (
            partition by days.portal_id, days.pipeline_id order by days.date rows between 89 preceding and current row
        )
)

select
    portal_id,
    portal_name,
    pipeline_id,
    pipeline_label,
    date,
    open_deals,
    won,
    lost,
    won_value,
    valued_deals,
    cycle_days,
    cycles,
    {{ sales_velocity('recent') }} as velocity
from recent
where date >= first_created_date
