with

live as (
    select * from {{ ref('base_hubspot__companies') }}
    where not is_deleted
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
),

typed as (
    select
        -- ids
        live.portal_id,
        live.company_id,
        property.hubspot_owner_id as owner_id,

        -- text
        property.name as company_name,
        property.domain as company_domain,
        property.industry,
        property.country,
        property.lifecyclestage as lifecycle_stage,

        -- numerics
        {{ hubspot_numeric('property.annualrevenue') }} as annual_revenue,
        {{ hubspot_numeric('property.numberofemployees') }} as number_of_employees,

        -- timestamps
        coalesce({{ hubspot_timestamp('property.createdate') }}, live.created_at) as created_at,
        live.updated_at,
        live.synced_at
    from live
    -- One pass over the object; a `->>` for each property would unpack the whole of it each time.
    cross join lateral jsonb_to_record(live.properties) as property (
        hubspot_owner_id text,
        name text,
        domain text,
        industry text,
        country text,
        lifecyclestage text,
        annualrevenue text,
        numberofemployees text,
        createdate text
    )
)

select
    typed.*,
    {{ portal_date('typed.created_at') }} as created_date
from typed
left join portals on portals.portal_id = typed.portal_id
