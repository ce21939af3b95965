{{ config(materialized='incremental', contract={'enforced': true}) }}

with

pipelines as (
    select * from {{ ref('stg_hubspot__pipelines') }}
),

mapping as (
    {{ user_mapping('pipeline_mapping', ['object_type', 'pipeline_id'], 'common_pipeline') }}
),

standard as (
    select * from {{ ref('standard_names') }}
    where kind = 'pipeline'
)

select
    pipelines.portal_id,
    pipelines.object_type,
    pipelines.pipeline_id,
    coalesce(pipelines.pipeline_label, pipelines.pipeline_id) as pipeline_label,
    coalesce(
        own.common_name, for_all.common_name, standard.common_name, pipelines.pipeline_label, pipelines.pipeline_id
    ) as common_pipeline,
    case
        when coalesce(own.common_name, for_all.common_name) is not null then 'mapped'
        when standard.common_name is not null then 'standard'
        else 'own name'
    end as basis,
    pipelines.is_deleted
from pipelines
left join mapping as own
    on
        own.portal_id = pipelines.portal_id
        and own.object_type = pipelines.object_type
        and own.pipeline_id = pipelines.pipeline_id
left join mapping as for_all
    on
        for_all.is_for_all
        and for_all.object_type = pipelines.object_type
        and for_all.pipeline_id = pipelines.pipeline_id
left join standard
    on
        standard.object_type = pipelines.object_type
        and standard.value = pipelines.pipeline_id
