select
    portal_id,
    list_id,
    record_id,
    joined_at,
    synced_at
from {{ ref('base_hubspot__list_memberships') }}
where not is_deleted
