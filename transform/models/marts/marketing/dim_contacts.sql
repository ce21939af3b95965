-- A view: the rows are those of staging, and names are looked up in a blink.
{{ config(materialized='view') }}

with

contacts as (
    select * from {{ ref('stg_hubspot__contacts') }}
),

companies as (
    select portal_id, company_id, company_name from {{ ref('stg_hubspot__companies') }}
),

owners as (
    select portal_id, owner_id, owner_name from {{ ref('stg_hubspot__owners') }}
),

portals as (
    select portal_id, portal_name, time_zone from {{ ref('dim_portals') }}
)

select
    contacts.portal_id,
    portals.portal_name,
    contacts.contact_id,
    coalesce(nullif(concat_ws(' ', contacts.first_name, contacts.last_name), ''), contacts.email) as contact_name,
    contacts.email,
    contacts.first_name,
    contacts.last_name,
    contacts.job_title,
    contacts.phone,
    contacts.city,
    contacts.state,
    contacts.country,
    contacts.owner_id,
    owners.owner_name,
    companies.company_id as primary_company_id,
    companies.company_name as primary_company_name,
    contacts.lifecycle_stage,
    contacts.lead_status,
    coalesce(contacts.analytics_source, 'UNKNOWN') as source,
    contacts.analytics_source_detail as source_detail,
    contacts.latest_source,
    contacts.object_source,
    contacts.is_marketing_contact,
    contacts.has_opted_out,
    contacts.number_of_visits::numeric(60, 6) as number_of_visits,
    contacts.number_of_page_views::numeric(60, 6) as number_of_page_views,
    contacts.number_of_form_submissions::numeric(60, 6) as number_of_form_submissions,
    contacts.number_of_deals::numeric(60, 6) as number_of_deals,
    contacts.total_revenue::numeric(60, 6) as total_revenue,
    contacts.first_seen_at,
    contacts.last_seen_at,
    contacts.last_contacted_at,
    contacts.created_at,
    contacts.created_date,
    contacts.became_subscriber_at,
    contacts.became_lead_at,
    contacts.became_mql_at,
    {{ portal_date('contacts.became_mql_at') }} as mql_date,
    contacts.became_sql_at,
    contacts.became_opportunity_at,
    contacts.became_customer_at,
    {{ portal_date('contacts.became_customer_at') }} as customer_date,
    contacts.became_evangelist_at,
    contacts.became_other_at,
    contacts.updated_at
from contacts
inner join portals on portals.portal_id = contacts.portal_id
-- Only while it is live: a deleted company is nobody's.
left join companies
    on
        companies.portal_id = contacts.portal_id
        and companies.company_id = contacts.primary_company_id
left join owners
    on
        owners.portal_id = contacts.portal_id
        and owners.owner_id = contacts.owner_id
