with

deals as (
    select portal_id, deal_id, associations from {{ ref('stg_hubspot__deals') }}
),

companies as (
    select portal_id, company_id, company_name from {{ ref('stg_hubspot__companies') }}
),

-- A jsonpath gives nothing, where jsonb_array_elements() would fail, for a deal without companies.
associated as (
    select
        deals.portal_id,
        deals.deal_id,
        company ->> 'id' as company_id,
        -- A pair has a type per label; 5 is HubSpot's own "primary company". The first on the list is not.
        jsonb_path_exists(
            company, '$.types[*] ? (@.category == "HUBSPOT_DEFINED" && (@.type_id == 5 || @.type_id == "5"))'
        ) as is_primary
    from deals
    cross join lateral jsonb_path_query(deals.associations, '$.companies[*]') as company
),

pairs as (
    select
        portal_id,
        deal_id,
        company_id,
        bool_or(is_primary) as is_primary
    from associated
    group by portal_id, deal_id, company_id
)

select
    pairs.portal_id,
    pairs.deal_id,
    pairs.company_id,
    companies.company_name,
    -- At most one, so that a join on it keeps the number of deals.
    pairs.is_primary
    and row_number() over (
        partition by pairs.portal_id, pairs.deal_id
        order by pairs.is_primary desc, pairs.company_id
    ) = 1 as is_primary
from pairs
-- An association outlives the company in our copy until the deal is read again.
inner join companies
    on
        companies.portal_id = pairs.portal_id
        and companies.company_id = pairs.company_id
