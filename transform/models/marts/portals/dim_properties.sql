with

portals as (
    select portal_id, portal_name from {{ ref('dim_portals') }}
),

properties as (
    select * from {{ ref('stg_hubspot__properties') }}
    where not is_deleted
),

custom_types as (
    select * from {{ ref('base_hubspot__custom_types') }}
),

columns as (
    select * from {{ ref('int_hubspot__property_columns') }}
    where for_portal_id is null and not is_alternative
)

select
    portals.portal_id,
    portals.portal_name,
    properties.object_type,
    properties.property_name,
    properties.property_label,
    properties.property_type,
    properties.group_name,
    properties.description,
    properties.is_hubspot_defined,
    properties.is_calculated,
    columns.view_name,
    columns.column_name,
    columns.data_type
from properties
inner join portals on portals.portal_id = properties.portal_id
left join custom_types
    on custom_types.portal_id = properties.portal_id and custom_types.object_type_id = properties.object_type
inner join columns
    on columns.object_name = coalesce(custom_types.object_name, properties.object_type)
    and columns.property_name = properties.property_name
