with

live as (
    select * from {{ ref('base_hubspot__custom_objects') }}
    where not is_deleted
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
),

typed as (
    select
        -- ids
        live.portal_id,
        live.object_type_id,
        live.record_id,
        property.hs_pipeline as pipeline_id,
        property.hs_pipeline_stage as stage_id,
        property.hubspot_owner_id as owner_id,

        -- text
        live.object_name,

        -- timestamps
        coalesce({{ hubspot_timestamp('property.hs_createdate') }}, live.created_at) as created_at,
        live.updated_at,
        live.synced_at,

        -- objects (what else a custom type has, only its portal knows)
        live.properties,
        live.associations
    from live
    -- One pass over the object; a `->>` for each property would unpack the whole of it each time.
    cross join lateral jsonb_to_record(live.properties) as property (
        hs_pipeline text,
        hs_pipeline_stage text,
        hubspot_owner_id text,
        hs_createdate text
    )
)

select
    typed.*,
    {{ portal_date('typed.created_at') }} as created_date
from typed
left join portals on portals.portal_id = typed.portal_id
