with

source as (
    select * from {{ raw('users') }}
),

full_reads as (
    select portal_id, read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = 'users'
),

renamed as (
    select
        -- ids
        source.portal_id,
        source.id as user_id,
        source.primary_team_id,

        -- text
        source.email,
        coalesce(nullif(concat_ws(' ', source.first_name, source.last_name), ''), source.email) as user_name,

        -- objects
        source.secondary_teams -> 'team_ids' as secondary_team_ids,
        source.roles -> 'role_ids' as role_ids,

        -- booleans
        source.super_admin as is_super_admin,

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
