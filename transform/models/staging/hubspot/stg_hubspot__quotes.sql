with

live as (
    select * from {{ ref('base_hubspot__quotes') }}
    where not is_deleted
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
),

typed as (
    select
        -- ids
        live.portal_id,
        live.quote_id,
        property.hubspot_owner_id as owner_id,

        -- text
        property.hs_title as quote_title,
        property.hs_quote_number as quote_number,
        property.hs_status as quote_status,
        property.hs_payment_status as payment_status,
        upper(property.hs_currency) as currency,

        -- numerics
        {{ hubspot_numeric('property.hs_quote_amount') }} as amount,

        -- booleans
        {{ hubspot_boolean('property.hs_esign_enabled') }} as is_esign_enabled,

        -- timestamps
        {{ hubspot_timestamp('property.hs_expiration_date') }} as expires_at,
        coalesce({{ hubspot_timestamp('property.hs_createdate') }}, live.created_at) as created_at,
        live.updated_at,
        live.synced_at,

        -- objects
        live.associations
    from live
    -- One pass over the object; a `->>` for each property would unpack the whole of it each time.
    cross join lateral jsonb_to_record(live.properties) as property (
        hubspot_owner_id text,
        hs_title text,
        hs_quote_number text,
        hs_status text,
        hs_payment_status text,
        hs_currency text,
        hs_quote_amount text,
        hs_esign_enabled text,
        hs_expiration_date text,
        hs_createdate text
    )
)

select
    typed.*,
    {{ portal_date('typed.created_at') }} as created_date
from typed
left join portals on portals.portal_id = typed.portal_id
