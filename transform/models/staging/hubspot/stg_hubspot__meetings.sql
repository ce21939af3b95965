with

live as (
    select * from {{ ref('base_hubspot__meetings') }}
    where not is_deleted
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
),

typed as (
    select
        -- ids
        live.portal_id,
        live.meeting_id,
        property.hubspot_owner_id as owner_id,

        -- text
        property.hs_meeting_title as meeting_title,
        property.hs_meeting_outcome as meeting_outcome,
        property.hs_activity_type as activity_kind,
        property.hs_meeting_location as meeting_location,
        property.hs_meeting_source as meeting_source,

        -- timestamps
        {{ hubspot_timestamp('property.hs_timestamp') }} as happened_at,
        {{ hubspot_timestamp('property.hs_meeting_start_time') }} as starts_at,
        {{ hubspot_timestamp('property.hs_meeting_end_time') }} as ends_at,
        coalesce({{ hubspot_timestamp('property.hs_createdate') }}, live.created_at) as created_at,
        live.updated_at,
        live.synced_at,

        -- objects
        live.associations
    from live
    -- One pass over the object; a `->>` for each property would unpack the whole of it each time.
    cross join lateral jsonb_to_record(live.properties) as property (
        hubspot_owner_id text,
        hs_meeting_title text,
        hs_meeting_outcome text,
        hs_activity_type text,
        hs_meeting_location text,
        hs_meeting_source text,
        hs_timestamp text,
        hs_meeting_start_time text,
        hs_meeting_end_time text,
        hs_createdate text
    )
)

select
    typed.*,
    {{ portal_date('typed.happened_at') }} as happened_date
from typed
left join portals on portals.portal_id = typed.portal_id
