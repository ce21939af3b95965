with

source as (
    select * from {{ raw('owners') }}
),

full_reads as (
    select portal_id, read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = 'owners'
),

renamed as (
    select
        -- ids
        source.portal_id,
        source.id as owner_id,
        source.user_id,

        -- text
        source.email,
        coalesce(nullif(concat_ws(' ', source.first_name, source.last_name), ''), source.email) as owner_name,
        source.type as owner_type,

        -- objects
        source.teams -> 'teams' as teams,

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
