with

pipelines as (
    select * from {{ ref('stg_hubspot__pipelines') }}
),

portals as (
    select portal_id, portal_name from {{ ref('dim_portals') }}
)

select
    pipelines.portal_id,
    portals.portal_name,
    pipelines.object_type,
    pipelines.pipeline_id,
    pipelines.pipeline_label,
    pipelines.display_order,
    pipelines.is_deleted
from pipelines
inner join portals on portals.portal_id = pipelines.portal_id
