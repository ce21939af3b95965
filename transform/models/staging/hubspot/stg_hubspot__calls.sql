with

live as (
    select * from {{ ref('base_hubspot__calls') }}
    where not is_deleted
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
),

typed as (
    select
        -- ids
        live.portal_id,
        live.call_id,
        property.hubspot_owner_id as owner_id,

        -- text
        property.hs_call_title as call_title,
        property.hs_call_direction as direction,
        property.hs_call_status as call_status,
        property.hs_call_disposition as disposition,
        property.hs_activity_type as activity_kind,
        property.hs_call_source as call_source,

        -- numerics
        {{ hubspot_numeric('property.hs_call_duration') }} / 1000 as duration_seconds,

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
        hs_call_title text,
        hs_call_direction text,
        hs_call_status text,
        hs_call_disposition text,
        hs_activity_type text,
        hs_call_source text,
        hs_call_duration text,
        hs_timestamp text,
        hs_createdate text
    )
)

select
    typed.*,
    {{ portal_date('typed.happened_at') }} as happened_date
from typed
left join portals on portals.portal_id = typed.portal_id
