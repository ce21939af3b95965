with

companies as (
    select * from {{ ref('stg_hubspot__companies') }}
),

owners as (
    select portal_id, owner_id, owner_name from {{ ref('stg_hubspot__owners') }}
),

portals as (
    select portal_id, portal_name from {{ ref('dim_portals') }}
)

select
    companies.portal_id,
    portals.portal_name,
    companies.company_id,
    companies.company_name,
    companies.company_domain,
    companies.industry,
    companies.phone,
    companies.city,
    companies.state,
    companies.country,
    companies.owner_id,
    owners.owner_name,
    companies.lifecycle_stage,
    coalesce(companies.analytics_source, 'UNKNOWN') as source,
    companies.object_source,
    companies.annual_revenue,
    companies.number_of_employees,
    companies.number_of_contacts,
    companies.number_of_deals,
    companies.total_revenue,
    companies.last_contacted_at,
    companies.created_at,
    companies.created_date,
    companies.updated_at
from companies
inner join portals on portals.portal_id = companies.portal_id
left join owners
    on
        owners.portal_id = companies.portal_id
        and owners.owner_id = companies.owner_id
