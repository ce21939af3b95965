with

live as (
    select * from {{ ref('base_hubspot__line_items') }}
    where not is_deleted
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
),

typed as (
    select
        -- ids
        live.portal_id,
        live.line_item_id,
        property.hs_product_id as product_id,

        -- text
        property.name as line_item_name,
        property.hs_sku as sku,
        property.recurringbillingfrequency as billing_frequency,
        property.hs_recurring_billing_period as billing_period,
        upper(property.hs_line_item_currency_code) as currency,

        -- numerics
        {{ hubspot_numeric('property.quantity') }} as quantity,
        {{ hubspot_numeric('property.price') }} as unit_price,
        {{ hubspot_numeric('property.discount') }} as unit_discount,
        {{ hubspot_numeric('property.hs_total_discount') }} as total_discount,
        {{ hubspot_numeric('property.amount') }} as amount,
        {{ hubspot_numeric('property.hs_cost_of_goods_sold') }} as unit_cost,

        -- timestamps
        coalesce({{ hubspot_timestamp('property.createdate') }}, live.created_at) as created_at,
        live.updated_at,
        live.synced_at,

        -- objects
        live.associations
    from live
    -- One pass over the object; a `->>` for each property would unpack the whole of it each time.
    cross join lateral jsonb_to_record(live.properties) as property (
        hs_product_id text,
        name text,
        hs_sku text,
        recurringbillingfrequency text,
        hs_recurring_billing_period text,
        hs_line_item_currency_code text,
        quantity text,
        price text,
        discount text,
        hs_total_discount text,
        amount text,
        hs_cost_of_goods_sold text,
        createdate text
    )
)

select
    typed.*,
    {{ portal_date('typed.created_at') }} as created_date
from typed
left join portals on portals.portal_id = typed.portal_id
