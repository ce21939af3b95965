with

source as (
    select * from {{ raw('object_schemas') }}
),

full_reads as (
    select portal_id, read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = 'object_schemas'
),

renamed as (
    select
        -- ids
        source.portal_id,
        source.id as object_type_id,

        -- text
        source.name as object_name,
        source.fully_qualified_name,
        source.singular_label,
        source.plural_label,
        source.primary_display_property,

        -- objects
        source.properties -> 'properties' as property_names,
        source.properties -> 'required' as required_property_names,
        source.associations -> 'associations' as associations,

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
