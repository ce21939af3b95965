with

source as (
    select * from {{ raw('custom_objects') }}
),

full_reads as (
    select portal_id, read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = 'custom_objects'
),

marked as (
    select
        -- ids
        source.portal_id,
        source.object_type_id,
        source.id as custom_object_id,
        source.merged_into,

        -- text
        source.object_name,

        -- timestamps (the loader writes UTC without a time zone)
        source.created_at at time zone 'UTC' as created_at,
        source.updated_at at time zone 'UTC' as updated_at,
        source.archived_at at time zone 'UTC' as archived_at,
        source.synced_at at time zone 'UTC' as synced_at,

        -- objects (the loader writes an absent one as JSON null)
        case when jsonb_typeof(source.properties) = 'object' then source.properties end as properties,
        case when jsonb_typeof(source.associations) = 'object' then source.associations end as associations,

        {{ deleted_reason(mergeable=true) }} as deleted_reason
    from source
    left join full_reads on full_reads.portal_id = source.portal_id
)

select
    *,
    deleted_reason is not null as is_deleted
from marked
