with

live as (
    select * from {{ ref('base_hubspot__leads') }}
    where not is_deleted
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
),

typed as (
    select
        -- ids
        live.portal_id,
        live.lead_id,
        property.hs_pipeline as pipeline_id,
        property.hs_pipeline_stage as stage_id,
        property.hubspot_owner_id as owner_id,

        -- text
        property.hs_lead_name as lead_name,
        property.hs_lead_type as lead_type,
        property.hs_lead_label as lead_label,
        property.hs_lead_disqualification_reason as disqualification_reason,

        -- timestamps
        coalesce({{ hubspot_timestamp('property.createdate') }}, live.created_at) as created_at,
        live.updated_at,
        live.synced_at,

        -- objects
        live.associations
    from live
    -- One pass over the object; a `->>` for each property would unpack the whole of it each time.
    cross join lateral jsonb_to_record(live.properties) as property (
        hs_pipeline text,
        hs_pipeline_stage text,
        hubspot_owner_id text,
        hs_lead_name text,
        hs_lead_type text,
        hs_lead_label text,
        hs_lead_disqualification_reason text,
        createdate text
    )
)

select
    typed.*,
    {{ portal_date('typed.created_at') }} as created_date
from typed
left join portals on portals.portal_id = typed.portal_id
