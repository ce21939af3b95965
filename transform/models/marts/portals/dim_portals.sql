with

portals as (
    select * from {{ ref('stg_hubspot__portals') }}
)

select
    portal_id,
    portal_name,
    company_name,
    hub_domain,
    account_type,
    time_zone,
    hubspot_time_zone,
    company_currency,
    ui_domain,
    data_hosting_location,
    connection_status,
    coalesce(connection_status = 'active', false) as is_active,
    auth_type,
    connected_at,
    last_refresh_at,
    last_error_code
from portals
