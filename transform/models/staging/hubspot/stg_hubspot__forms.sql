with

source as (
    select * from {{ raw('forms') }}
),

full_reads as (
    select portal_id, read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = 'forms'
),

renamed as (
    select
        -- ids
        source.portal_id,
        source.id as form_id,

        -- text
        source.name as form_name,
        source.form_type,

        -- timestamps
        source.created_at at time zone 'UTC' as created_at,
        source.updated_at at time zone 'UTC' as updated_at,
        source.archived_at at time zone 'UTC' as archived_at,
        source.synced_at at time zone 'UTC' as synced_at,

        {{ deleted_reason() }} as deleted_reason
    from source
    left join full_reads on full_reads.portal_id = source.portal_id
)

select
    *,
    deleted_reason is not null as is_deleted
from renamed
