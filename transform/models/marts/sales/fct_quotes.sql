with

quotes as (
    select * from {{ ref('stg_hubspot__quotes') }}
),

deals as (
    select portal_id, deal_id from {{ ref('fct_deals') }}
),

owners as (
    select portal_id, owner_id, owner_name from {{ ref('dim_owners') }}
),

portals as (
    select portal_id, portal_name, company_currency from {{ ref('dim_portals') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

-- A quote is made for one deal.
deals_of_quotes as (
    {{ deal_of_each('quotes', 'quote_id') }}
)

select
    quotes.portal_id,
    portals.portal_name,
    quotes.quote_id,
    deals_of_quotes.deal_id,
    quotes.owner_id,
    owners.owner_name,
    quotes.quote_title,
    quotes.quote_number,
    quotes.quote_status,
    quotes.payment_status,
    quotes.is_esign_enabled,
    quotes.amount,
    coalesce(quotes.currency, portals.company_currency) as currency,
    quotes.amount * rates.rate as created_value,
    '{{ var("reporting_currency") | upper }}' as reporting_currency,
    quotes.expires_at,
    quotes.created_at,
    quotes.created_date,
    quotes.updated_at
from quotes
inner join portals on portals.portal_id = quotes.portal_id
left join deals_of_quotes
    on
        deals_of_quotes.portal_id = quotes.portal_id
        and deals_of_quotes.quote_id = quotes.quote_id
left join owners
    on
        owners.portal_id = quotes.portal_id
        and owners.owner_id = quotes.owner_id
left join rates
    on {{ rate_applies('rates', 'coalesce(quotes.currency, portals.company_currency)', 'quotes.created_date') }}
