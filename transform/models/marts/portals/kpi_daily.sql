-- Its key serves questions about a KPI, the index those about a portal: PostgreSQL skips a key's first column since 18 only.
-- The few names would be joined by merging, which sorts all rows: PostgreSQL thinks that many share a hash bucket.
{{
    config(
        materialized='incremental',
        incremental_strategy='differences',
        on_schema_change='fail',
        indexes=[{'columns': ['portal_id', 'date']}],
        pre_hook='set local enable_mergejoin = off',
    )
}}

-- The one tall table. Each team says in its int_kpis__ what its KPIs count; here they get their names and values.
with

portals as (
    select portal_id, portal_name from {{ ref('dim_portals') }}
),

definitions as (
    select
        *,
        case
            when dimension = 'source' then 'source'
            when dimension = 'pipeline' and team = 'sales' then 'deals'
            when dimension = 'pipeline' and team = 'service' then 'tickets'
        end as dimension_kind
    from {{ ref('dim_kpis') }}
),

-- Grouped, though each is there once: so PostgreSQL knows that it is, and looks names up for rows, not rows for names.
common_names as (
    select
        portal_id,
        'source' as dimension_kind,
        source as dimension_id,
        max(common_source) as common_dimension
    from {{ ref('int_source_mapping') }}
    group by portal_id, source

    union all

    select
        portal_id,
        object_type,
        pipeline_id,
        max(common_pipeline)
    from {{ ref('int_pipeline_mapping') }}
    group by portal_id, object_type, pipeline_id
),

stages as (
    select * from {{ ref('int_stage_mapping') }}
),

samples as (
    {{ samples_of_teams() }}
),

measures as (
    {%- for team in ['marketing', 'sales', 'service'] %}
    select
        portal_id,
        date,
        kpi,
        dimension_id,
        dimension,
        sub_dimension_id,
        sub_dimension,
        numerator,
        denominator,
        null::numeric as median
    from {{ ref('int_kpis__' ~ team) }}

    union all
    {% endfor %}
    select
        portal_id,
        date,
        kpi,
        dimension_id,
        max(dimension),
        '',
        '',
        null,
        null,
        {{ median('sample') }}
    from samples
    group by portal_id, date, kpi, dimension_id
)

select
    measures.portal_id,
    portals.portal_name,
    measures.date,
    measures.kpi,
    measures.dimension_id,
    measures.dimension,
    measures.sub_dimension_id,
    measures.sub_dimension,
    coalesce(common_names.common_dimension, measures.dimension) as common_dimension,
    coalesce(stages.common_stage, measures.sub_dimension) as common_sub_dimension,
    {{ kpi_value('definitions.aggregation', 'measures.numerator', 'measures.denominator', 'measures.median') }} as value,
    measures.numerator,
    measures.denominator,
    definitions.unit,
    definitions.reporting_currency
from measures
inner join portals on portals.portal_id = measures.portal_id
left join definitions on definitions.kpi = measures.kpi
left join common_names
    on
        common_names.portal_id = measures.portal_id
        and common_names.dimension_kind = definitions.dimension_kind
        and common_names.dimension_id = measures.dimension_id
left join stages
    on
        definitions.sub_dimension = 'stage'
        and stages.object_type = definitions.dimension_kind
        and stages.portal_id = measures.portal_id
        and stages.pipeline_id = measures.dimension_id
        and stages.stage_id = measures.sub_dimension_id
{%- if not is_incremental() %}
-- A question is about one KPI of some portals and days: let these rows lie side by side, as in the key. What runs change
-- afterwards lies elsewhere, and is little.
order by measures.kpi collate "C", measures.portal_id, measures.date
{%- endif %}
