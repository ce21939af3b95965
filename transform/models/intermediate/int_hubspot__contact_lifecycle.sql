-- A table: two marts read it, and under it lies the typing of every contact.
{{ config(materialized='table') }}

with

contacts as (
    select * from {{ ref('stg_hubspot__contacts') }}
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
),

milestones as (
    select
        portal_id,
        contact_id,
        coalesce(analytics_source, 'UNKNOWN') as source,
        created_at,
        created_date,
        -- The calculated v2 properties exist in Professional and Enterprise portals only.
        coalesce(entered_mql_at, mql_at) as became_mql_at,
        coalesce(entered_customer_at, customer_at) as became_customer_at
    from contacts
)

select
    milestones.*,
    {{ portal_date('milestones.became_mql_at') }} as mql_date,
    {{ portal_date('milestones.became_customer_at') }} as customer_date
from milestones
left join portals on portals.portal_id = milestones.portal_id
