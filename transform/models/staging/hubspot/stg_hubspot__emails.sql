with

live as (
    select * from {{ ref('base_hubspot__emails') }}
    where not is_deleted
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
),

typed as (
    select
        -- ids
        live.portal_id,
        live.email_id,
        property.hubspot_owner_id as owner_id,

        -- text
        property.hs_email_subject as email_subject,
        property.hs_email_direction as direction,
        property.hs_email_status as email_status,

        -- timestamps
        {{ hubspot_timestamp('property.hs_timestamp') }} as happened_at,
        coalesce({{ hubspot_timestamp('property.hs_createdate') }}, live.created_at) as created_at,
        live.updated_at,
        live.synced_at,

        -- objects
        live.associations
    from live
    -- One pass over the object; a `->>` for each property would unpack the whole of it each time.
    cross join lateral jsonb_to_record(live.properties) as property (
        hubspot_owner_id text,
        hs_email_subject text,
        hs_email_direction text,
        hs_email_status text,
        hs_timestamp text,
        hs_createdate text
    )
)

select
    typed.*,
    {{ portal_date('typed.happened_at') }} as happened_date
from typed
left join portals on portals.portal_id = typed.portal_id
