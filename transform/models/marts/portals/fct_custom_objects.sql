with

records as (
    select * from {{ ref('stg_hubspot__custom_objects') }}
),

portals as (
    select portal_id, portal_name from {{ ref('dim_portals') }}
),

types as (
    select * from {{ ref('stg_hubspot__object_schemas') }}
)

select
    records.portal_id,
    portals.portal_name,
    records.object_type_id,
    records.record_id,
    records.object_name,
    coalesce(types.singular_label, records.object_name, records.object_type_id) as object_label,
    records.properties ->> types.primary_display_property as record_name,
    records.pipeline_id,
    records.stage_id,
    records.owner_id,
    records.created_at,
    records.created_date,
    records.updated_at
from records
left join portals on portals.portal_id = records.portal_id
left join types
    on
        types.portal_id = records.portal_id
        and types.object_type_id = records.object_type_id
