{{ config(severity='warn') }}

{#- Rows that speak of what is not (yet) there, and so have no effect. -#}
{%- set seeds = [
    'portal_groups',
    'kpi_targets',
    'pipeline_mapping',
    'stage_mapping',
    'lifecycle_mapping',
    'source_mapping',
    'marketing_spend',
    'csat_scales',
] -%}

with

portals as (
    select portal_id from {{ ref('stg_hubspot__portals') }}
),

named as (
    {%- for seed in seeds %}
    select distinct
        '{{ seed }}' as seed,
        {{ seed_portal_id('portal_id') }} as portal_id
    from {{ ref(seed) }}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
),

problems as (
    select
        seed,
        'portal ' || portal_id || ' is not connected: correct the id, or connect the portal' as problem
    from named
    where
        portal_id is not null
        and portal_id not in (select portal_id from portals)

    union all

    select distinct
        'kpi_targets',
        'there is no group "' || group_name || '": add it to seeds/portal_groups.csv, or correct the name'
    from {{ ref('int_kpi_targets') }}
    where
        group_name is not null
        and group_name not in (select group_name from {{ ref('int_portal_groups') }})

    union all

    select distinct
        'pipeline_mapping',
        'no portal meant has the pipeline "' || mapping.pipeline_id || '" of ' || mapping.object_type
        || ': take object_type and pipeline_id from dim_pipelines'
    from {{ ref('pipeline_mapping') }} as mapping
    where not exists (
        select 1 from {{ ref('int_pipeline_mapping') }} as pipelines
        where
            pipelines.portal_id = coalesce({{ seed_portal_id('mapping.portal_id') }}, pipelines.portal_id)
            and pipelines.object_type = trim(mapping.object_type)
            and pipelines.pipeline_id = trim(mapping.pipeline_id)
    )

    union all

    select distinct
        'stage_mapping',
        'no portal meant has the stage "' || mapping.stage_id || '" in the pipeline "' || mapping.pipeline_id || '" of '
        || mapping.object_type || ': take object_type, pipeline_id and stage_id from dim_pipeline_stages'
    from {{ ref('stage_mapping') }} as mapping
    where not exists (
        select 1 from {{ ref('int_stage_mapping') }} as stages
        where
            stages.portal_id = coalesce({{ seed_portal_id('mapping.portal_id') }}, stages.portal_id)
            and stages.object_type = trim(mapping.object_type)
            and stages.pipeline_id = trim(mapping.pipeline_id)
            and stages.stage_id = trim(mapping.stage_id)
    )

    union all

    select distinct
        'csat_scales',
        'portal ' || scales.portal_id || ' has no answer to a CSAT survey "' || scales.survey_id
        || '": take survey_id from fct_feedback, or remove the row'
    from (
        select
            {{ seed_portal_id('portal_id') }} as portal_id,
            {{ seed_text('survey_id') }} as survey_id
        from {{ ref('csat_scales') }}
    ) as scales
    inner join portals on portals.portal_id = scales.portal_id
    where not exists (
        select 1 from {{ ref('fct_feedback') }} as answers
        where
            answers.is_csat
            and answers.portal_id = scales.portal_id
            and answers.survey_id = scales.survey_id
    )
)

select 'seeds/' || seed || '.csv: ' || problem as message
from problems
where problem is not null
