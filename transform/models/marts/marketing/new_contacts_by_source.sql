with

contacts as (
    select * from {{ ref('int_hubspot__contact_lifecycle') }}
),

portals as (
    select portal_id, portal_name from {{ ref('dim_portals') }}
)

select
    contacts.portal_id,
    portals.portal_name,
    contacts.created_date as date,
    contacts.source,
    count(*) as new_contacts
from contacts
inner join portals on portals.portal_id = contacts.portal_id
where contacts.created_date is not null
group by contacts.portal_id, portals.portal_name, contacts.created_date, contacts.source
