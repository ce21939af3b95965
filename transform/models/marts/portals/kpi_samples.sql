{{ config(materialized='view') }}

with

samples as (
    {{ samples_of_teams() }}
),

pipelines as (
    select
        *,
        case object_type when 'deals' then 'sales' when 'tickets' then 'service' end as team
    from {{ ref('int_pipeline_mapping') }}
)

select
    samples.portal_id,
    portals.portal_name,
    samples.date,
    samples.kpi,
    samples.dimension_id,
    samples.dimension,
    '' as sub_dimension_id,
    '' as sub_dimension,
    coalesce(pipelines.common_pipeline, samples.dimension) as common_dimension,
    '' as common_sub_dimension,
    samples.sample
from samples
inner join {{ ref('dim_portals') }} as portals on portals.portal_id = samples.portal_id
inner join {{ ref('dim_kpis') }} as definitions on definitions.kpi = samples.kpi
left join pipelines
    on
        pipelines.portal_id = samples.portal_id
        and pipelines.team = definitions.team
        and pipelines.pipeline_id = samples.dimension_id
