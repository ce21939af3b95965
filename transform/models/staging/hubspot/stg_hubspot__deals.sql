-- A table, though it is staging: everything about deals reads it, and typing them all takes long.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='sync_all_columns',
        indexes=[{'columns': ['portal_id', 'deal_id'], 'unique': true}],
        pre_hook="{{ forget_outdated_rows(ref('base_hubspot__deals'), id_column='deal_id', days=['created', 'closed']) }}",
    )
}}

with

records as (
    {{ yet_to_be_typed(ref('base_hubspot__deals'), key=['portal_id', 'deal_id']) }}
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
        live.deal_id,
        property.pipeline as pipeline_id,
        property.dealstage as stage_id,
        property.hubspot_owner_id as owner_id,
        {{ primary_company('live.associations', type_id=5) }} as primary_company_id,

        -- text
        property.dealname as deal_name,
        property.dealtype as deal_type,
        property.hs_analytics_source as analytics_source,
        upper(property.deal_currency_code) as currency,
        property.hs_priority as priority,
        property.hs_next_step as next_step,
        property.hs_manual_forecast_category as forecast_category,
        property.closed_won_reason,
        property.closed_lost_reason,

        -- numerics
        {{ hubspot_numeric('property.amount') }} as amount,
        {{ hubspot_numeric('property.amount_in_home_currency') }} as amount_in_home_currency,
        {{ hubspot_numeric('property.hs_exchange_rate') }} as exchange_rate,
        {{ hubspot_numeric('property.hs_deal_stage_probability') }} as probability,
        {{ hubspot_numeric('property.hs_forecast_amount') }} as forecast_amount,
        {{ hubspot_numeric('property.hs_forecast_probability') }} as forecast_probability,
        {{ hubspot_numeric('property.hs_acv') }} as annual_contract_value,
        {{ hubspot_numeric('property.hs_arr') }} as annual_recurring_revenue,
        {{ hubspot_numeric('property.hs_mrr') }} as monthly_recurring_revenue,
        {{ hubspot_numeric('property.hs_tcv') }} as total_contract_value,

        -- booleans
        {{ hubspot_boolean('property.hs_is_closed') }} as is_closed,
        {{ hubspot_boolean('property.hs_is_closed_won') }} as is_closed_won,

        -- timestamps
        coalesce({{ hubspot_timestamp('property.createdate') }}, live.created_at) as created_at,
        {{ hubspot_timestamp('property.closedate') }} as closed_at,
        live.updated_at,
        live.synced_at,

        -- objects
        live.associations,
        -- HubSpot's calculated dates of the stages: their names end in the portal's own stage ids.
        (
            select jsonb_object_agg(stage_date.key, stage_date.value)
            from jsonb_each_text(live.properties) as stage_date
            where stage_date.key ~ '^hs_v2_date_(entered|exited)_.'
        ) as stage_dates,

        -- what a KPI would have counted
        {{ unreadable_properties({
            'amount': hubspot_numeric,
            'amount_in_home_currency': hubspot_numeric,
            'hs_exchange_rate': hubspot_numeric,
            'createdate': hubspot_timestamp,
            'closedate': hubspot_timestamp,
        }) }} as unreadable_properties
    from live
    -- One pass over the object; a `->>` for each property would unpack the whole of it each time.
    cross join lateral jsonb_to_record(live.properties) as property (
        pipeline text,
        dealstage text,
        hubspot_owner_id text,
        dealname text,
        dealtype text,
        hs_analytics_source text,
        deal_currency_code text,
        hs_priority text,
        hs_next_step text,
        hs_manual_forecast_category text,
        closed_won_reason text,
        closed_lost_reason text,
        amount text,
        amount_in_home_currency text,
        hs_exchange_rate text,
        hs_deal_stage_probability text,
        hs_forecast_amount text,
        hs_forecast_probability text,
        hs_acv text,
        hs_arr text,
        hs_mrr text,
        hs_tcv text,
        hs_is_closed text,
        hs_is_closed_won text,
        createdate text,
        closedate text
    )
)

select
    typed.*,
    {{ portal_date('typed.created_at') }} as created_date,
    {{ portal_date('typed.closed_at') }} as closed_date,
    {{ typed_by() }} as typed_by
from typed
left join portals on portals.portal_id = typed.portal_id
