with

stages as (
    select * from {{ ref('stg_hubspot__pipeline_stages') }}
),

pipelines as (
    select portal_id, portal_name, object_type, pipeline_id, pipeline_label from {{ ref('dim_pipelines') }}
),

common_names as (
    select * from {{ ref('int_stage_mapping') }}
)

select
    stages.portal_id,
    pipelines.portal_name,
    stages.object_type,
    stages.pipeline_id,
    pipelines.pipeline_label,
    stages.stage_id,
    stages.stage_label,
    common_names.common_stage,
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
left join common_names
    on
        common_names.portal_id = stages.portal_id
        and common_names.object_type = stages.object_type
        and common_names.pipeline_id = stages.pipeline_id
        and common_names.stage_id = stages.stage_id
