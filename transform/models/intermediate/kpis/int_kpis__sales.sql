-- A KPI is one line of a list of measures.

with

deals as (
    select
        portal_id,
        coalesce(pipeline_id, 'UNKNOWN') as pipeline_key,
        pipeline_label,
        outcome,
        is_closed,
        created_value,
        closed_value,
        cycle_days,
        created_date,
        closed_date
    from {{ ref('fct_deals') }}
),

activities as (
    select
        portal_id,
        happened_date,
        activity_type,
        coalesce(owner_id, 'UNKNOWN') as owner_key,
        coalesce(owner_name, owner_id, 'UNKNOWN') as owner_label
    from {{ ref('fct_activities') }}
    where happened_date is not null
),

snapshots as (
    select * from {{ ref('fct_pipeline_snapshots') }}
),

pipelines as (
    select portal_id, pipeline_id, pipeline_label from {{ ref('dim_pipelines') }}
    where object_type = 'deals'
),

stages as (
    select portal_id, pipeline_id, stage_id, stage_label from {{ ref('dim_pipeline_stages') }}
    where object_type = 'deals'
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

-- Of all pipelines together it is in the scorecards: here it would be taken for one more pipeline.
velocities as (
    select * from {{ ref('fct_sales_velocity') }}
    where
        pipeline_id <> ''
        and velocity is not null
),

created as (
    select
        portal_id,
        created_date as date,
        pipeline_key,
        pipeline_label,
        count(*) as deals,
        sum(created_value) as value
    from deals
    where created_date is not null
    group by portal_id, created_date, pipeline_key, pipeline_label
),

closed as (
    select
        portal_id,
        closed_date as date,
        pipeline_key,
        pipeline_label,
        count(*) as deals,
        count(*) filter (where outcome = 'won') as won,
        count(*) filter (where outcome = 'lost') as lost,
        sum(closed_value) filter (where outcome = 'won') as won_value,
        sum(cycle_days) as cycle_days,
        count(cycle_days) as cycles
    from deals
    where
        is_closed
        and closed_date is not null
    group by portal_id, closed_date, pipeline_key, pipeline_label
),

created_measures as (
    select
        created.portal_id,
        created.date,
        measure.kpi,
        created.pipeline_key as dimension_id,
        created.pipeline_label as dimension,
        measure.numerator,
        null::numeric as denominator
    from created
    cross join lateral (
        values
        ('deals_created', created.deals),
        ('deals_created_value', created.value)
    ) as measure (kpi, numerator)
),

-- A value is NULL where no deal has one; that there was a deal is in its count.
closed_measures as (
    select
        closed.portal_id,
        closed.date,
        measure.kpi,
        closed.pipeline_key as dimension_id,
        closed.pipeline_label as dimension,
        measure.numerator,
        measure.denominator
    from closed
    cross join lateral (
        values
        ('deals_won', closed.won, closed.won, null),
        ('deals_lost', closed.lost, closed.lost, null),
        ('won_value', closed.won, closed.won_value, null),
        ('win_rate', closed.deals, closed.won, closed.deals),
        ('sales_cycle_days', closed.cycles, closed.cycle_days, closed.cycles)
    ) as measure (kpi, counted_deals, numerator, denominator)
    where measure.counted_deals > 0
),

activity_measures as (
    select
        portal_id,
        happened_date as date,
        activity_type || 's_logged' as kpi,
        owner_key as dimension_id,
        owner_label as dimension,
        count(*) as numerator,
        null::numeric as denominator
    from activities
    where activity_type in ('call', 'meeting', 'email', 'note', 'task')
    group by portal_id, happened_date, activity_type, owner_key, owner_label
),

valued_snapshots as (
    select
        snapshots.portal_id,
        snapshots.snapshot_date,
        snapshots.pipeline_id,
        coalesce(pipelines.pipeline_label, snapshots.pipeline_label) as pipeline_label,
        snapshots.stage_id,
        coalesce(stages.stage_label, snapshots.stage_label) as stage_label,
        -- Days of another reporting currency are converted at the rates of the day: the deals' own days are not known.
        case
            when snapshots.reporting_currency = '{{ var("reporting_currency") | upper }}' then snapshots.pipeline_value
            else snapshots.pipeline_home_value * rates.rate
        end as pipeline_value,
        case
            when snapshots.reporting_currency = '{{ var("reporting_currency") | upper }}'
                then snapshots.weighted_pipeline_value
            else snapshots.weighted_pipeline_home_value * rates.rate
        end as weighted_pipeline_value,
        snapshots.open_deals,
        sum(snapshots.open_deals) over (partition by snapshots.portal_id, snapshots.snapshot_date) as open_deals_of_portal
    from snapshots
    left join pipelines
        on
            pipelines.portal_id = snapshots.portal_id
            and pipelines.pipeline_id = snapshots.pipeline_id
    left join stages
        on
            stages.portal_id = snapshots.portal_id
            and stages.pipeline_id = snapshots.pipeline_id
            and stages.stage_id = snapshots.stage_id
    left join rates
        on {{ rate_applies('rates', 'snapshots.home_currency', 'snapshots.snapshot_date') }}
),

snapshot_measures as (
    select
        valued_snapshots.portal_id,
        valued_snapshots.snapshot_date as date,
        measure.kpi,
        valued_snapshots.pipeline_id as dimension_id,
        valued_snapshots.pipeline_label as dimension,
        valued_snapshots.stage_id as sub_dimension_id,
        valued_snapshots.stage_label as sub_dimension,
        measure.numerator,
        null::numeric as denominator
    from valued_snapshots
    cross join lateral (
        values
        ('pipeline_value', valued_snapshots.pipeline_value),
        ('weighted_pipeline_value', valued_snapshots.weighted_pipeline_value)
    ) as measure (kpi, numerator)
    -- Zeros only where nothing at all is open: without them the last day with deals would pass for the last one.
    where
        valued_snapshots.open_deals > 0
        or valued_snapshots.open_deals_of_portal = 0
),

combined as (
    select
        portal_id,
        date,
        kpi,
        dimension_id,
        dimension,
        '' as sub_dimension_id,
        '' as sub_dimension,
        numerator::numeric as numerator,
        denominator::numeric as denominator
    from created_measures

    union all

    select portal_id, date, kpi, dimension_id, dimension, '', '', numerator, denominator from closed_measures

    union all

    select portal_id, date, kpi, dimension_id, dimension, '', '', numerator, denominator from activity_measures

    union all

    select portal_id, date, 'sales_velocity', pipeline_id, pipeline_label, '', '', velocity, null from velocities

    union all

    select
        portal_id,
        date,
        kpi,
        dimension_id,
        dimension,
        sub_dimension_id,
        sub_dimension,
        numerator,
        denominator
    from snapshot_measures
)

select * from combined
{{ in_order_of_questions() }}
