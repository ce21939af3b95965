with

stays as (
    select * from {{ ref('int_hubspot__deal_stage_history') }}
),

deals as (
    select portal_id, portal_name, deal_id, deal_name, owner_id, owner_name, outcome from {{ ref('fct_deals') }}
),

stages as (
    select portal_id, pipeline_id, pipeline_label, stage_id, probability, is_closed from {{ ref('dim_pipeline_stages') }}
    where object_type = 'deals'
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
)

select
    stays.portal_id,
    deals.portal_name,
    stays.deal_id,
    stays.stay_number,
    deals.deal_name,
    deals.owner_id,
    deals.owner_name,
    deals.outcome,
    stays.pipeline_id,
    coalesce(stages.pipeline_label, stays.pipeline_id, 'UNKNOWN') as pipeline_label,
    stays.stage_id,
    stays.stage_label,
    stages.probability as stage_probability,
    coalesce(stages.is_closed, false) as is_closed_stage,
    stays.is_current,
    stays.entered_at,
    {{ portal_date('stays.entered_at') }} as entered_date,
    stays.left_at,
    {{ portal_date('stays.left_at') }} as left_date,
    stays.duration_days,
    stays.source
from stays
inner join deals
    on
        deals.portal_id = stays.portal_id
        and deals.deal_id = stays.deal_id
left join stages
    on
        stages.portal_id = stays.portal_id
        and stages.pipeline_id = stays.pipeline_id
        and stages.stage_id = stays.stage_id
left join portals on portals.portal_id = stays.portal_id
