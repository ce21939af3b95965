-- One row for each stay of a deal in a stage: a deal that comes back to a stage stays there twice.
with

deals as (
    select portal_id, deal_id, pipeline_id, stage_id, stage_dates from {{ ref('stg_hubspot__deals') }}
),

changes as (
    select
        portal_id,
        record_id as deal_id,
        value as stage_id,
        changed_at
    from {{ ref('stg_hubspot__property_history') }}
    where
        object_type = 'deals'
        and property_name = 'dealstage'
),

stages as (
    select portal_id, pipeline_id, stage_id, stage_label, display_order from {{ ref('stg_hubspot__pipeline_stages') }}
    where object_type = 'deals'
),

-- A deal that changed its pipeline was in stages of another one; the stage id alone mostly names that one too.
stages_by_id as (
    select distinct on (portal_id, stage_id) * from stages
    order by portal_id, stage_id, pipeline_id
),

numbered_changes as (
    select
        *,
        lag(stage_id) over (partition by portal_id, deal_id order by changed_at) as previous_stage_id
    from changes
),

-- An import or a workflow may set the stage that the deal is in already: no move. To no stage at all is one.
stays_by_history as (
    select
        portal_id,
        deal_id,
        stage_id,
        changed_at as entered_at,
        lead(changed_at) over moves as left_at,
        count(stage_id) over moves as stay_number
    from numbered_changes
    where stage_id is distinct from previous_stage_id
    window moves as (partition by portal_id, deal_id order by changed_at)
),

without_history as (
    select deals.* from deals
    where
        not exists (
            select 1 from changes
            where
                changes.portal_id = deals.portal_id
                and changes.deal_id = deals.deal_id
        )
),

-- HubSpot's calculated dates: one pair per stage, so of several stays there is one left. In Professional and
-- Enterprise portals only; the names end in the portal's own stage ids.
stage_dates as (
    select
        without_history.portal_id,
        without_history.deal_id,
        without_history.pipeline_id,
        without_history.stage_id as current_stage_id,
        substring(property.key from '^hs_v2_date_(?:entered|exited)_(.+)$') as stage_id,
        max(
            case when property.key like 'hs_v2_date_entered_%' then {{ hubspot_timestamp('property.value') }} end
        ) as entered_at,
        max(
            case when property.key like 'hs_v2_date_exited_%' then {{ hubspot_timestamp('property.value') }} end
        ) as exited_at
    from without_history
    cross join lateral jsonb_each_text(without_history.stage_dates) as property
    group by
        without_history.portal_id,
        without_history.deal_id,
        without_history.pipeline_id,
        without_history.stage_id,
        substring(property.key from '^hs_v2_date_(?:entered|exited)_(.+)$')
),

stays_by_dates as (
    select
        stage_dates.portal_id,
        stage_dates.deal_id,
        stage_dates.stage_id,
        stage_dates.entered_at,
        case
            when stage_dates.stage_id = stage_dates.current_stage_id then null
            -- An older exit is that of a former stay.
            when stage_dates.exited_at >= stage_dates.entered_at then stage_dates.exited_at
            else lead(stage_dates.entered_at) over moves
        end as left_at,
        row_number() over moves as stay_number
    from stage_dates
    left join stages
        on
            stages.portal_id = stage_dates.portal_id
            and stages.pipeline_id = stage_dates.pipeline_id
            and stages.stage_id = stage_dates.stage_id
    where stage_dates.entered_at is not null
    window moves as (
        partition by stage_dates.portal_id, stage_dates.deal_id
        order by stage_dates.entered_at, stages.display_order, stage_dates.stage_id
    )
),

stays as (
    select *, 'property_history' as source from stays_by_history
    where stage_id is not null

    union all

    select *, 'stage_dates' as source from stays_by_dates
)

select
    stays.portal_id,
    stays.deal_id,
    stays.stay_number,
    coalesce(own_stages.pipeline_id, stages_by_id.pipeline_id, deals.pipeline_id) as pipeline_id,
    stays.stage_id,
    coalesce(own_stages.stage_label, stages_by_id.stage_label, stays.stage_id) as stage_label,
    stays.source,
    stays.entered_at,
    stays.left_at,
    round(extract(epoch from stays.left_at - stays.entered_at) / 86400, 6) as duration_days,
    stays.left_at is null as is_current
from stays
-- Changes of deals that are not live any more stay in the history.
inner join deals
    on
        deals.portal_id = stays.portal_id
        and deals.deal_id = stays.deal_id
left join stages as own_stages
    on
        own_stages.portal_id = stays.portal_id
        and own_stages.pipeline_id = deals.pipeline_id
        and own_stages.stage_id = stays.stage_id
left join stages_by_id
    on
        stages_by_id.portal_id = stays.portal_id
        and stages_by_id.stage_id = stays.stage_id
