with

source as (
    select * from {{ raw('list_memberships') }}
),

full_reads as (
    select portal_id, read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = 'list_memberships'
),

marked as (
    select
        -- ids
        source.portal_id,
        source.list_id,
        source.record_id,

        -- timestamps
        source.joined_at at time zone 'UTC' as joined_at,
        source.synced_at at time zone 'UTC' as synced_at,

        {{ deleted_reason(archivable=false) }} as deleted_reason
    from source
    left join full_reads on full_reads.portal_id = source.portal_id
)

select
    *,
    deleted_reason is not null as is_deleted
from marked
