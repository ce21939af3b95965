with

source as (
    select * from {{ raw('properties') }}
),

full_reads as (
    select portal_id, read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = 'properties'
),

renamed as (
    select
        -- ids
        source.portal_id,
        source.object_type,
        source.name as property_name,

        -- text
        source.label as property_label,
        source.type as property_type,
        source.field_type,
        source.group_name,
        source.description,
        source.data_sensitivity,
        source.referenced_object_type,
        source.currency_property_name,

        -- objects
        source.options -> 'options' as options,

        -- booleans
        source.calculated as is_calculated,
        source.hidden as is_hidden,
        source.hubspot_defined as is_hubspot_defined,

        -- timestamps
        source.created_at at time zone 'UTC' as created_at,
        source.updated_at at time zone 'UTC' as updated_at,
        source.synced_at at time zone 'UTC' as synced_at,

        {{ deleted_reason() }} as deleted_reason
    from source
    left join full_reads on full_reads.portal_id = source.portal_id
)

select
    *,
    deleted_reason is not null as is_deleted
from renamed
