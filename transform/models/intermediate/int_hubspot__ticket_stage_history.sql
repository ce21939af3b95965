with

changes as (
    select
        portal_id,
        record_id as ticket_id,
        value as stage_id,
        changed_at
    from {{ ref('stg_hubspot__property_history') }}
    where
        object_type = 'tickets'
        and property_name = 'hs_pipeline_stage'
),

tickets as (
    select portal_id, portal_name, ticket_id, pipeline_id from {{ ref('fct_tickets') }}
),

stages as (
    select * from {{ ref('stg_hubspot__pipeline_stages') }}
    where object_type = 'tickets'
),

-- The history names the stage but not the pipeline, and a ticket can have come from another one.
stages_of_one_pipeline as (
    select
        portal_id,
        stage_id,
        min(pipeline_id) as pipeline_id,
        min(stage_label) as stage_label,
        min(ticket_state) as ticket_state
    from stages
    group by portal_id, stage_id
    having count(*) = 1
),

compared as (
    select
        tickets.portal_name,
        tickets.pipeline_id as current_pipeline_id,
        changes.*,
        lag(changes.stage_id) over (
            partition by changes.portal_id, changes.ticket_id
            order by changes.changed_at
        ) as previous_stage_id
    from changes
    inner join tickets
        on
            tickets.portal_id = changes.portal_id
            and tickets.ticket_id = changes.ticket_id
),

spans as (
    select
        *,
        lead(changed_at) over (partition by portal_id, ticket_id order by changed_at) as left_at
    from compared
    -- A value that is set again is no new stay.
    where stage_id is distinct from previous_stage_id
)

select
    -- ids
    spans.portal_id,
    spans.ticket_id,
    coalesce(stages.pipeline_id, stages_of_one_pipeline.pipeline_id) as pipeline_id,
    spans.stage_id,

    -- text
    spans.portal_name,
    coalesce(stages.stage_label, stages_of_one_pipeline.stage_label, spans.stage_id) as stage_label,
    upper(coalesce(stages.ticket_state, stages_of_one_pipeline.ticket_state)) as ticket_state,

    -- numerics
    round(extract(epoch from spans.left_at - spans.changed_at) / 3600.0, 6) as hours_in_stage,

    -- booleans
    spans.left_at is null as is_current,

    -- timestamps
    spans.changed_at as entered_at,
    spans.left_at
from spans
left join stages
    on
        stages.portal_id = spans.portal_id
        and stages.pipeline_id = spans.current_pipeline_id
        and stages.stage_id = spans.stage_id
left join stages_of_one_pipeline
    on
        stages_of_one_pipeline.portal_id = spans.portal_id
        and stages_of_one_pipeline.stage_id = spans.stage_id
-- A stage that was cleared ends the stay before it, and is none itself.
where spans.stage_id is not null
