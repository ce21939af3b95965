-- A table, though it is staging: everything about contacts reads it, and typing them all takes long.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='sync_all_columns',
        indexes=[{'columns': ['portal_id', 'contact_id'], 'unique': true}],
        pre_hook="{{ forget_outdated_rows(ref('base_hubspot__contacts'), id_column='contact_id') }}",
    )
}}

{%- set stages = lifecycle_stages() %}

with

records as (
    {{ yet_to_be_typed(ref('base_hubspot__contacts'), key=['portal_id', 'contact_id']) }}
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
        live.contact_id,
        coalesce(
            {{ primary_company('live.associations', type_id=1) }},
            property.associatedcompanyid
        ) as primary_company_id,
        property.hubspot_owner_id as owner_id,

        -- text
        property.email,
        property.firstname as first_name,
        property.lastname as last_name,
        property.jobtitle as job_title,
        property.phone,
        property.city,
        property.state,
        property.country,
        property.lifecyclestage as lifecycle_stage,
        property.hs_lead_status as lead_status,
        property.hs_analytics_source as analytics_source,
        property.hs_analytics_source_data_1 as analytics_source_detail,
        property.hs_latest_source as latest_source,
        property.hs_object_source as object_source,

        -- numerics
        {{ hubspot_numeric('property.hs_analytics_num_visits') }} as number_of_visits,
        {{ hubspot_numeric('property.hs_analytics_num_page_views') }} as number_of_page_views,
        {{ hubspot_numeric('property.num_conversion_events') }} as number_of_form_submissions,
        {{ hubspot_numeric('property.num_associated_deals') }} as number_of_deals,
        {{ hubspot_numeric('property.total_revenue') }} as total_revenue,

        -- booleans
        {{ hubspot_boolean('property.hs_marketable_status') }} as is_marketing_contact,
        {{ hubspot_boolean('property.hs_email_optout') }} as has_opted_out,

        -- timestamps
        coalesce({{ hubspot_timestamp('property.createdate') }}, live.created_at) as created_at,
        {{ hubspot_timestamp('property.hs_analytics_first_timestamp') }} as first_seen_at,
        {{ hubspot_timestamp('property.hs_analytics_last_timestamp') }} as last_seen_at,
        {{ hubspot_timestamp('property.notes_last_contacted') }} as last_contacted_at,
        {%- for stage, name in stages.items() %}
        {#- The calculated v2 properties exist in Professional and Enterprise portals only. #}
        coalesce(
            {{ hubspot_timestamp('property.hs_v2_date_entered_' ~ stage) }},
            {{ hubspot_timestamp('property.hs_lifecyclestage_' ~ stage ~ '_date') }}
        ) as became_{{ name }}_at,
        {%- endfor %}
        live.updated_at,
        live.synced_at,

        -- objects
        live.associations,

        -- what a KPI would have counted
        {{ unreadable_properties({
            'createdate': hubspot_timestamp,
            'hs_v2_date_entered_marketingqualifiedlead': hubspot_timestamp,
            'hs_lifecyclestage_marketingqualifiedlead_date': hubspot_timestamp,
            'hs_v2_date_entered_customer': hubspot_timestamp,
            'hs_lifecyclestage_customer_date': hubspot_timestamp,
        }) }} as unreadable_properties
    from live
    -- One pass over the object; a `->>` for each property would unpack the whole of it each time.
    cross join lateral jsonb_to_record(live.properties) as property (
        associatedcompanyid text,
        hubspot_owner_id text,
        email text,
        firstname text,
        lastname text,
        jobtitle text,
        phone text,
        city text,
        state text,
        country text,
        lifecyclestage text,
        hs_lead_status text,
        hs_analytics_source text,
        hs_analytics_source_data_1 text,
        hs_latest_source text,
        hs_object_source text,
        hs_analytics_num_visits text,
        hs_analytics_num_page_views text,
        num_conversion_events text,
        num_associated_deals text,
        total_revenue text,
        hs_marketable_status text,
        hs_email_optout text,
        createdate text,
        hs_analytics_first_timestamp text,
        hs_analytics_last_timestamp text,
        {%- for stage in stages %}
        hs_v2_date_entered_{{ stage }} text,
        hs_lifecyclestage_{{ stage }}_date text,
        {%- endfor %}
        notes_last_contacted text
    )
)

select
    typed.*,
    {{ portal_date('typed.created_at') }} as created_date,
    {{ typed_by() }} as typed_by
from typed
left join portals on portals.portal_id = typed.portal_id
