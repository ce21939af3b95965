with

contacts as (
    select * from {{ ref('stg_hubspot__contacts') }}
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
)

select
    contacts.portal_id,
    contacts.contact_id,
    coalesce(contacts.analytics_source, 'UNKNOWN') as source,
    contacts.created_at,
    contacts.created_date,
    contacts.became_mql_at,
    contacts.became_customer_at,
    {{ portal_date('contacts.became_mql_at') }} as mql_date,
    {{ portal_date('contacts.became_customer_at') }} as customer_date
from contacts
left join portals on portals.portal_id = contacts.portal_id
