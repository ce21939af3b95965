{#- History that HubSpot does not keep: a run replaces the rows of its own day and leaves all others, and a full refresh
    is no reason to lose them. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['portal_id', 'snapshot_date'],
        full_refresh=false,
        on_schema_change='append_new_columns',
    )
}}

with

deals as (
    select
        *,
        coalesce(pipeline_id, 'UNKNOWN') as pipeline_key,
        coalesce(stage_id, 'UNKNOWN') as stage_key
    from {{ ref('fct_deals') }}
    where not is_closed
),

-- What a portal that has left had open is not its pipeline of today.
portals as (
    select portal_id, portal_name, time_zone, company_currency from {{ ref('stg_hubspot__portals') }}
    where connection_status is distinct from 'disconnected'
),

-- Stages without deals have rows of zeros: zero is what is known of them.
stages as (
    select * from {{ ref('dim_pipeline_stages') }}
    where
        object_type = 'deals'
        and not is_deleted
        and not coalesce(is_closed, false)
),

by_stage as (
    select
        portal_id,
        pipeline_key as pipeline_id,
        stage_key as stage_id,
        min(pipeline_label) as pipeline_label,
        min(stage_label) as stage_label,
        min(stage_probability) as stage_probability,
        count(*) as open_deals,
        sum(created_value) as pipeline_value,
        sum(created_value * stage_probability) as weighted_pipeline_value,
        sum(home_value) as pipeline_home_value,
        sum(home_value * stage_probability) as weighted_pipeline_home_value,
        count(*) filter (where amount is not null and created_value is null) as unvalued_deals
    from deals
    group by portal_id, pipeline_key, stage_key
),

with_empty_stages as (
    select
        coalesce(by_stage.portal_id, stages.portal_id) as portal_id,
        coalesce(by_stage.pipeline_id, stages.pipeline_id) as pipeline_id,
        coalesce(by_stage.stage_id, stages.stage_id) as stage_id,
        coalesce(by_stage.pipeline_label, stages.pipeline_label, stages.pipeline_id) as pipeline_label,
        coalesce(by_stage.stage_label, stages.stage_label, stages.stage_id) as stage_label,
        coalesce(by_stage.stage_probability, stages.probability) as stage_probability,
        coalesce(by_stage.open_deals, 0) as open_deals,
        case when by_stage.portal_id is null then 0 else by_stage.pipeline_value end as pipeline_value,
        case when by_stage.portal_id is null then 0 else by_stage.weighted_pipeline_value end as weighted_pipeline_value,
        case when by_stage.portal_id is null then 0 else by_stage.pipeline_home_value end as pipeline_home_value,
        case
            when by_stage.portal_id is null then 0 else by_stage.weighted_pipeline_home_value
        end as weighted_pipeline_home_value,
        coalesce(by_stage.unvalued_deals, 0) as unvalued_deals
    from by_stage
    full outer join stages
        on
            stages.portal_id = by_stage.portal_id
            and stages.pipeline_id = by_stage.pipeline_id
            and stages.stage_id = by_stage.stage_id
)

select
    with_empty_stages.portal_id,
    portals.portal_name,
    {{ portal_today() }} as snapshot_date,
    with_empty_stages.pipeline_id,
    with_empty_stages.pipeline_label,
    with_empty_stages.stage_id,
    with_empty_stages.stage_label,
    with_empty_stages.stage_probability,
    with_empty_stages.open_deals,
    with_empty_stages.pipeline_value,
    with_empty_stages.weighted_pipeline_value,
    '{{ var("reporting_currency") | upper }}' as reporting_currency,
    with_empty_stages.pipeline_home_value,
    with_empty_stages.weighted_pipeline_home_value,
    portals.company_currency as home_currency,
    with_empty_stages.unvalued_deals
from with_empty_stages
inner join portals on portals.portal_id = with_empty_stages.portal_id
