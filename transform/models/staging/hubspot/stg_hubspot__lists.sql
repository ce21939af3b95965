with

source as (
    select * from {{ raw('lists') }}
),

full_reads as (
    select portal_id, read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = 'lists'
),

renamed as (
    select
        -- ids
        source.portal_id,
        source.id as list_id,
        source.object_type_id,

        -- text
        source.name as list_name,
        source.processing_type,

        -- numerics
        source.size as list_size,

        -- timestamps
        source.created_at at time zone 'UTC' as created_at,
        source.updated_at at time zone 'UTC' as updated_at,
        source.filters_updated_at at time zone 'UTC' as filters_updated_at,
        source.synced_at at time zone 'UTC' as synced_at,

        {{ deleted_reason(archivable=false) }} as deleted_reason
    from source
    left join full_reads on full_reads.portal_id = source.portal_id
)

select
    *,
    deleted_reason is not null as is_deleted
from renamed
