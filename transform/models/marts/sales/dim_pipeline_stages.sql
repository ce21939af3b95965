with

stages as (
    select * from {{ ref('stg_hubspot__pipeline_stages') }}
),

pipelines as (
    select portal_id, portal_name, object_type, pipeline_id, pipeline_label from {{ ref('dim_pipelines') }}
)

select
    stages.portal_id,
    pipelines.portal_name,
    stages.object_type,
    stages.pipeline_id,
    pipelines.pipeline_label,
    stages.stage_id,
    stages.stage_label,
    stages.display_order,
    stages.probability,
    stages.is_closed,
    stages.ticket_state,
    stages.is_deleted
from stages
inner join pipelines
    on
        pipelines.portal_id = stages.portal_id
        and pipelines.object_type = stages.object_type
        and pipelines.pipeline_id = stages.pipeline_id
