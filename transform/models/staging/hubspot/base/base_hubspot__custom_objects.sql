with

source as (
    select * from {{ raw('custom_objects') }}
),

full_reads as (
    select portal_id, object_type, read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = 'custom_objects'
),

types as (
    select portal_id, object_type_id, deleted_reason from {{ ref('stg_hubspot__object_schemas') }}
),

marked as (
    select
        -- ids
        source.portal_id,
        source.object_type_id,
        source.id as record_id,
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

        -- The records of a type that is gone are not read any more, so nothing else would tell that they are gone too.
        coalesce({{ deleted_reason(mergeable=true) }}, types.deleted_reason) as deleted_reason
    from source
    left join full_reads
        on
            full_reads.portal_id = source.portal_id
            and full_reads.object_type = source.object_type_id
    left join types
        on
            types.portal_id = source.portal_id
            and types.object_type_id = source.object_type_id
)

select
    *,
    -- The same as `deleted_reason is not null`, of which PostgreSQL would expect that it is true of 995 rows in 1,000,
    -- and plan the joins of all live rows as if they were a handful.
    case when deleted_reason is null then false else true end as is_deleted
from marked
