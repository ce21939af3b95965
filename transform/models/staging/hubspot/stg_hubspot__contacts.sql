with

live as (
    select * from {{ ref('base_hubspot__contacts') }}
    where not is_deleted
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
),

typed as (
    select
        -- ids
        live.portal_id,
        live.contact_id,
        property.associatedcompanyid as primary_company_id,
        property.hubspot_owner_id as owner_id,

        -- text
        property.email,
        property.firstname as first_name,
        property.lastname as last_name,
        property.jobtitle as job_title,
        property.country,
        property.lifecyclestage as lifecycle_stage,
        property.hs_lead_status as lead_status,
        property.hs_analytics_source as analytics_source,

        -- timestamps
        coalesce({{ hubspot_timestamp('property.createdate') }}, live.created_at) as created_at,
        {{ hubspot_timestamp('property.hs_v2_date_entered_marketingqualifiedlead') }} as entered_mql_at,
        {{ hubspot_timestamp('property.hs_lifecyclestage_marketingqualifiedlead_date') }} as mql_at,
        {{ hubspot_timestamp('property.hs_v2_date_entered_customer') }} as entered_customer_at,
        {{ hubspot_timestamp('property.hs_lifecyclestage_customer_date') }} as customer_at,
        live.updated_at,
        live.synced_at
    from live
    -- One pass over the object; a `->>` for each property would unpack the whole of it each time.
    cross join lateral jsonb_to_record(live.properties) as property (
        associatedcompanyid text,
        hubspot_owner_id text,
        email text,
        firstname text,
        lastname text,
        jobtitle text,
        country text,
        lifecyclestage text,
        hs_lead_status text,
        hs_analytics_source text,
        createdate text,
        hs_v2_date_entered_marketingqualifiedlead text,
        hs_lifecyclestage_marketingqualifiedlead_date text,
        hs_v2_date_entered_customer text,
        hs_lifecyclestage_customer_date text
    )
)

select
    typed.*,
    {{ portal_date('typed.created_at') }} as created_date
from typed
left join portals on portals.portal_id = typed.portal_id
