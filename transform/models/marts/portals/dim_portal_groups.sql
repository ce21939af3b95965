select
    members.portal_id,
    portals.portal_name,
    members.group_type,
    members.group_name
from {{ ref('int_portal_groups') }} as members
inner join {{ ref('dim_portals') }} as portals on portals.portal_id = members.portal_id
