{#- Facts that count the records of a pipeline's stages. -#}
{%- set facts = {'deals': ref('fct_deals'), 'tickets': ref('fct_tickets')} -%}

with

portals as (
    select portal_id, portal_name from {{ ref('dim_portals') }}
),

pipelines as (
    select * from {{ ref('int_pipeline_mapping') }}
    where not is_deleted
),

stages as (
    select * from {{ ref('int_stage_mapping') }}
    where not is_deleted
),

lifecycle_stages as (
    select * from {{ ref('int_lifecycle_mapping') }}
),

sources as (
    select * from {{ ref('int_source_mapping') }}
),

contacts as (
    select portal_id, lifecycle_stage, count(*) as records
    from {{ ref('stg_hubspot__contacts') }}
    group by portal_id, lifecycle_stage
),

records_by_stage as (
    {%- for object_type, fact in facts.items() %}
    select portal_id, '{{ object_type }}' as object_type, pipeline_id, stage_id, count(*) as records
    from {{ fact }}
    group by portal_id, pipeline_id, stage_id
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
),

records_by_pipeline as (
    select portal_id, object_type, pipeline_id, sum(records)::bigint as records
    from records_by_stage
    group by portal_id, object_type, pipeline_id
),

gaps as (
    select
        pipelines.portal_id,
        'pipeline_mapping' as mapping,
        pipelines.object_type,
        pipelines.pipeline_id,
        pipelines.pipeline_id as value,
        pipelines.pipeline_label as label,
        pipelines.common_pipeline as common_name,
        pipelines.basis,
        case when pipelines.object_type in ('{{ facts | join("', '") }}') then coalesce(records.records, 0) end as records
    from pipelines
    left join records_by_pipeline as records
        on
            records.portal_id = pipelines.portal_id
            and records.object_type = pipelines.object_type
            and records.pipeline_id = pipelines.pipeline_id

    union all

    select
        stages.portal_id,
        'stage_mapping',
        stages.object_type,
        stages.pipeline_id,
        stages.stage_id,
        stages.stage_label,
        stages.common_stage,
        stages.basis,
        case when stages.object_type in ('{{ facts | join("', '") }}') then coalesce(records.records, 0) end
    from stages
    left join records_by_stage as records
        on
            records.portal_id = stages.portal_id
            and records.object_type = stages.object_type
            and records.pipeline_id = stages.pipeline_id
            and records.stage_id = stages.stage_id

    union all

    select
        lifecycle_stages.portal_id,
        'lifecycle_mapping',
        'contacts',
        '',
        lifecycle_stages.lifecycle_stage,
        lifecycle_stages.stage_label,
        lifecycle_stages.common_stage,
        lifecycle_stages.basis,
        coalesce(contacts.records, 0)
    from lifecycle_stages
    left join contacts
        on
            contacts.portal_id = lifecycle_stages.portal_id
            and contacts.lifecycle_stage = lifecycle_stages.lifecycle_stage

    union all

    select
        portal_id,
        'source_mapping',
        'contacts',
        '',
        source,
        source,
        common_source,
        basis,
        records
    from sources
)

select
    gaps.portal_id,
    portals.portal_name,
    gaps.mapping,
    gaps.object_type,
    gaps.pipeline_id,
    gaps.value,
    gaps.label,
    gaps.common_name,
    gaps.basis,
    gaps.records
from gaps
inner join portals on portals.portal_id = gaps.portal_id
where gaps.basis in ('own name', 'place')
