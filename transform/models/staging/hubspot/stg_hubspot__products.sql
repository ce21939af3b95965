with

live as (
    select * from {{ ref('base_hubspot__products') }}
    where not is_deleted
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
),

typed as (
    select
        -- ids
        live.portal_id,
        live.product_id,

        -- text
        property.name as product_name,
        property.hs_sku as sku,
        property.hs_product_type as product_type,
        property.recurringbillingfrequency as billing_frequency,
        property.hs_recurring_billing_period as billing_period,

        -- numerics
        {{ hubspot_numeric('property.price') }} as unit_price,
        {{ hubspot_numeric('property.hs_cost_of_goods_sold') }} as unit_cost,

        -- booleans
        {{ hubspot_boolean('property.hs_active') }} as is_active,

        -- timestamps
        coalesce({{ hubspot_timestamp('property.createdate') }}, live.created_at) as created_at,
        live.updated_at,
        live.synced_at,

        -- objects
        live.associations
    from live
    -- One pass over the object; a `->>` for each property would unpack the whole of it each time.
    cross join lateral jsonb_to_record(live.properties) as property (
        name text,
        hs_sku text,
        hs_product_type text,
        recurringbillingfrequency text,
        hs_recurring_billing_period text,
        price text,
        hs_cost_of_goods_sold text,
        hs_active text,
        createdate text
    )
)

select
    typed.*,
    {{ portal_date('typed.created_at') }} as created_date
from typed
left join portals on portals.portal_id = typed.portal_id
