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
    stage.lifecycle_stage,
    stage.entered_at,
    {{ portal_date('stage.entered_at') }} as entered_date
from contacts
cross join lateral (
    values
    ('subscriber', contacts.became_subscriber_at),
    ('lead', contacts.became_lead_at),
    ('marketingqualifiedlead', contacts.became_mql_at),
    ('salesqualifiedlead', contacts.became_sql_at),
    ('opportunity', contacts.became_opportunity_at),
    ('customer', contacts.became_customer_at),
    ('evangelist', contacts.became_evangelist_at),
    ('other', contacts.became_other_at)
) as stage (lifecycle_stage, entered_at)
left join portals on portals.portal_id = contacts.portal_id
where stage.entered_at is not null
