with

contacts as (
    select portal_id, contact_id, primary_company_id, associations from {{ ref('stg_hubspot__contacts') }}
),

companies as (
    select portal_id, company_id from {{ ref('stg_hubspot__companies') }}
),

associated as (
    select
        portal_id,
        contact_id,
        primary_company_id,
        -- A jsonpath gives nothing, where jsonb_array_elements() would fail, for a contact without companies.
        jsonb_path_query(associations, '$.companies[*].id') #>> '{}' as company_id
    from contacts
),

-- Each pair once, whoever tells of it.
pairs as (
    select
        portal_id,
        contact_id,
        company_id,
        coalesce(company_id = primary_company_id, false) as is_primary
    from associated

    union

    -- HubSpot names the primary company in a property too, also where associations are not read.
    select
        portal_id,
        contact_id,
        primary_company_id,
        true
    from contacts
    where primary_company_id is not null
)

select
    pairs.portal_id,
    pairs.contact_id,
    pairs.company_id,
    pairs.is_primary
from pairs
-- An association outlives the company in our copy until the contact is read again.
inner join companies
    on
        companies.portal_id = pairs.portal_id
        and companies.company_id = pairs.company_id
