with

line_items as (
    select * from {{ ref('stg_hubspot__line_items') }}
),

deals as (
    select portal_id, deal_id, portal_name, amount, deal_currency, created_value, reporting_currency
    from {{ ref('fct_deals') }}
),

products as (
    select portal_id, product_id, product_name from {{ ref('stg_hubspot__products') }}
),

portals as (
    select portal_id, portal_name, company_currency from {{ ref('dim_portals') }}
),

-- A line item belongs to one deal; a quote has copies of its own.
deals_of_line_items as (
    {{ deal_of_each('line_items', 'line_item_id') }}
)

select
    line_items.portal_id,
    portals.portal_name,
    line_items.line_item_id,
    deals_of_line_items.deal_id,
    line_items.product_id,
    products.product_name,
    line_items.line_item_name,
    line_items.sku,
    line_items.billing_frequency,
    line_items.billing_period,
    line_items.quantity,
    line_items.unit_price,
    line_items.unit_discount,
    line_items.total_discount,
    line_items.amount,
    coalesce(line_items.currency, portals.company_currency) as currency,
    -- The deal's own conversion, so that its line items add up to its value.
    case
        when coalesce(line_items.currency, portals.company_currency) = deals.deal_currency
            then round(line_items.amount * deals.created_value / nullif(deals.amount, 0), 6)
    end as created_value,
    '{{ var("reporting_currency") | upper }}' as reporting_currency,
    line_items.created_at,
    line_items.created_date
from line_items
inner join portals on portals.portal_id = line_items.portal_id
left join deals_of_line_items
    on
        deals_of_line_items.portal_id = line_items.portal_id
        and deals_of_line_items.line_item_id = line_items.line_item_id
left join deals
    on
        deals.portal_id = deals_of_line_items.portal_id
        and deals.deal_id = deals_of_line_items.deal_id
left join products
    on
        products.portal_id = line_items.portal_id
        and products.product_id = line_items.product_id
