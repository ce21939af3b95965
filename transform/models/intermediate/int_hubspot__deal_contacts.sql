with

-- The base, for all that is needed are keys: the staging view would type every property of every record.
deals as (
    select portal_id, deal_id, associations from {{ ref('base_hubspot__deals') }}
    where not is_deleted
),

contacts as (
    select portal_id, contact_id from {{ ref('base_hubspot__contacts') }}
    where not is_deleted
),

-- A jsonpath gives nothing, where jsonb_array_elements() would fail, for a deal without contacts.
pairs as (
    select distinct
        deals.portal_id,
        deals.deal_id,
        contact ->> 'id' as contact_id
    from deals
    cross join lateral jsonb_path_query(deals.associations, '$.contacts[*]') as contact
)

select
    pairs.portal_id,
    pairs.deal_id,
    pairs.contact_id
from pairs
-- An association outlives the contact in our copy until the deal is read again.
inner join contacts
    on
        contacts.portal_id = pairs.portal_id
        and contacts.contact_id = pairs.contact_id
