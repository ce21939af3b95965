with

memberships as (
    select
        {{ seed_portal_id('portal_id') }} as portal_id,
        {{ seed_text('group_type') }} as group_type,
        {{ seed_text('group_name') }} as group_name
    from {{ ref('portal_groups') }}
),

portals as (
    select portal_id from {{ ref('stg_hubspot__portals') }}
)

select distinct
    memberships.portal_id,
    memberships.group_type,
    memberships.group_name
from memberships
inner join portals on portals.portal_id = memberships.portal_id
where
    memberships.group_type is not null
    and memberships.group_name is not null

union all

-- One group needs no filling in.
select
    portal_id,
    'all',
    'All portals'
from portals
