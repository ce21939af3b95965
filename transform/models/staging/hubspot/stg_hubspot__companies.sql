-- A table, though it is staging: contacts and deals read it for the companies that are live.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='sync_all_columns',
        indexes=[{'columns': ['portal_id', 'company_id'], 'unique': true}],
        pre_hook="{{ forget_outdated_rows(ref('base_hubspot__companies'), id_column='company_id') }}",
    )
}}

with

records as (
    {{ yet_to_be_typed(ref('base_hubspot__companies'), key=['portal_id', 'company_id']) }}
),

live as (
    select * from records
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
        property.phone,
        property.city,
        property.state,
        property.country,
        property.lifecyclestage as lifecycle_stage,
        property.hs_analytics_source as analytics_source,
        property.hs_object_source as object_source,

        -- numerics
        {{ hubspot_numeric('property.annualrevenue') }} as annual_revenue,
        {{ hubspot_numeric('property.numberofemployees') }} as number_of_employees,
        {{ hubspot_numeric('property.num_associated_contacts') }} as number_of_contacts,
        {{ hubspot_numeric('property.num_associated_deals') }} as number_of_deals,
        {{ hubspot_numeric('property.total_revenue') }} as total_revenue,

        -- timestamps
        coalesce({{ hubspot_timestamp('property.createdate') }}, live.created_at) as created_at,
        {{ hubspot_timestamp('property.notes_last_contacted') }} as last_contacted_at,
        live.updated_at,
        live.synced_at
    from live
    -- One pass over the object; a `->>` for each property would unpack the whole of it each time.
    cross join lateral jsonb_to_record(live.properties) as property (
        hubspot_owner_id text,
        name text,
        domain text,
        industry text,
        phone text,
        city text,
        state text,
        country text,
        lifecyclestage text,
        hs_analytics_source text,
        hs_object_source text,
        annualrevenue text,
        numberofemployees text,
        num_associated_contacts text,
        num_associated_deals text,
        total_revenue text,
        createdate text,
        notes_last_contacted text
    )
)

select
    typed.*,
    {{ portal_date('typed.created_at') }} as created_date,
    {{ typed_by() }} as typed_by
from typed
left join portals on portals.portal_id = typed.portal_id
