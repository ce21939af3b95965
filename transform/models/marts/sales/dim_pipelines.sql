with

pipelines as (
    select * from {{ ref('stg_hubspot__pipelines') }}
),

portals as (
    select portal_id, portal_name from {{ ref('dim_portals') }}
),

common_names as (
    select * from {{ ref('int_pipeline_mapping') }}
)

select
    pipelines.portal_id,
    portals.portal_name,
    pipelines.object_type,
    pipelines.pipeline_id,
    pipelines.pipeline_label,
    common_names.common_pipeline,
    pipelines.display_order,
    pipelines.is_deleted
from pipelines
inner join portals on portals.portal_id = pipelines.portal_id
left join common_names
    on
        common_names.portal_id = pipelines.portal_id
        and common_names.object_type = pipelines.object_type
        and common_names.pipeline_id = pipelines.pipeline_id
