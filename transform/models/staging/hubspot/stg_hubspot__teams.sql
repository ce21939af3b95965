with

source as (
    select * from {{ raw('teams') }}
),

full_reads as (
    select portal_id, read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = 'teams'
),

renamed as (
    select
        -- ids
        source.portal_id,
        source.id as team_id,

        -- text
        source.name as team_name,

        -- objects
        source.users -> 'user_ids' as user_ids,
        source.secondary_users -> 'user_ids' as secondary_user_ids,

        -- timestamps
        source.synced_at at time zone 'UTC' as synced_at,

        {{ deleted_reason(archivable=false) }} as deleted_reason
    from source
    left join full_reads on full_reads.portal_id = source.portal_id
)

select
    *,
    deleted_reason is not null as is_deleted
from renamed
