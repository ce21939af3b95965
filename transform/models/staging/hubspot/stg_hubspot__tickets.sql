-- A table, though it is staging: typing them all takes long, and few change.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='sync_all_columns',
        indexes=[{'columns': ['portal_id', 'ticket_id'], 'unique': true}],
        pre_hook="{{ forget_outdated_rows(ref('base_hubspot__tickets'), id_column='ticket_id', days=['created', 'closed']) }}",
    )
}}

with

records as (
    {{ yet_to_be_typed(ref('base_hubspot__tickets'), key=['portal_id', 'ticket_id']) }}
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
        live.ticket_id,
        property.hs_pipeline as pipeline_id,
        property.hs_pipeline_stage as stage_id,
        property.hubspot_owner_id as owner_id,

        -- text
        property.subject,
        property.hs_ticket_priority as priority,
        property.hs_ticket_category as category,
        property.source_type as channel,

        -- numerics (nothing in HubSpot's definitions says so, but its durations are milliseconds)
        {{ hubspot_numeric('property.hs_time_to_first_response_in_operating_hours') }}
            as first_response_operating_ms,
        {{ hubspot_numeric('property.time_to_first_agent_reply') }} as first_agent_reply_ms,
        {{ hubspot_numeric('property.time_to_close') }} as close_ms,
        {{ hubspot_numeric('property.hs_time_to_close_in_operating_hours') }} as close_operating_ms,
        {{ hubspot_numeric('property.hs_num_times_contacted') }} as times_contacted,

        -- timestamps
        coalesce({{ hubspot_timestamp('property.createdate') }}, live.created_at) as created_at,
        {{ hubspot_timestamp('property.closed_date') }} as closed_at,
        {{ hubspot_timestamp('property.hs_last_closed_date') }} as last_closed_at,
        {{ hubspot_timestamp('property.hs_ticket_reopened_at') }} as reopened_at,
        {{ hubspot_timestamp('property.first_agent_reply_date') }} as first_agent_reply_at,
        {{ hubspot_timestamp('property.last_reply_date') }} as last_reply_at,
        live.updated_at,
        live.synced_at,

        -- what a KPI would have counted
        {{ unreadable_properties({
            'createdate': hubspot_timestamp,
            'closed_date': hubspot_timestamp,
            'first_agent_reply_date': hubspot_timestamp,
            'hs_time_to_first_response_in_operating_hours': hubspot_numeric,
            'time_to_first_agent_reply': hubspot_numeric,
        }) }} as unreadable_properties
    from live
    -- One pass over the object; a `->>` for each property would unpack the whole of it each time.
    cross join lateral jsonb_to_record(live.properties) as property (
        hs_pipeline text,
        hs_pipeline_stage text,
        hubspot_owner_id text,
        subject text,
        hs_ticket_priority text,
        hs_ticket_category text,
        source_type text,
        hs_time_to_first_response_in_operating_hours text,
        time_to_first_agent_reply text,
        time_to_close text,
        hs_time_to_close_in_operating_hours text,
        hs_num_times_contacted text,
        createdate text,
        closed_date text,
        hs_last_closed_date text,
        hs_ticket_reopened_at text,
        first_agent_reply_date text,
        last_reply_date text
    )
)

select
    typed.*,
    {{ portal_date('typed.created_at') }} as created_date,
    {{ portal_date('typed.closed_at') }} as closed_date,
    {{ typed_by() }} as typed_by
from typed
left join portals on portals.portal_id = typed.portal_id
