with

portals as (
    select * from {{ ref('stg_hubspot__portals') }}
),

groups as (
    select
        portal_id,
        string_agg(group_type || ': ' || group_name, '; ' order by group_type, group_name) as groups
    from {{ ref('int_portal_groups') }}
    -- The one that every portal is in.
    where group_type <> 'all'
    group by portal_id
),

syncs as (
    select portal_id, max(finished_at) as last_synced_at
    from {{ ref('stg_hubspot__portal_syncs') }}
    where
        status = 'ok'
        -- The row of the portal itself needs no connection.
        and stream <> 'portals'
    group by portal_id
)

select
    portals.portal_id,
    portals.portal_name,
    portals.company_name,
    portals.hub_domain,
    portals.account_type,
    portals.time_zone,
    portals.hubspot_time_zone,
    portals.company_currency,
    portals.ui_domain,
    portals.data_hosting_location,
    groups.groups,
    portals.connection_status,
    coalesce(portals.connection_status = 'active', false) as is_active,
    coalesce(portals.connection_status = 'disconnected', false) as has_left,
    -- Nobody tells when a portal leaves; its data end with the last run that still could read it.
    case when portals.connection_status = 'disconnected' then syncs.last_synced_at end as left_at,
    portals.auth_type,
    portals.connected_at,
    portals.last_refresh_at,
    portals.last_error_code,
    syncs.last_synced_at
from portals
left join groups on groups.portal_id = portals.portal_id
left join syncs on syncs.portal_id = portals.portal_id
