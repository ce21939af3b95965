{#- The last step of kpi_daily and its sisters: what the query's `measures` counted by `period` gets its names, those across portals
    too, and its value. Mappings are grouped, though each name is there once: so PostgreSQL knows that it is, and looks names up for rows,
    not rows for names. -#}
{% macro named_kpis(period) -%}
select
    measures.portal_id,
    portals.portal_name,
    measures.{{ period }},
    {%- if period == 'month' %}
    {{ fiscal_year('measures.month') }} as fiscal_year,
    {{ fiscal_quarter('measures.month') }} as fiscal_quarter,
    {%- endif %}
    measures.kpi,
    measures.dimension_id,
    measures.dimension,
    measures.sub_dimension_id,
    measures.sub_dimension,
    coalesce(common_names.common_dimension, measures.dimension) as common_dimension,
    coalesce(stages.common_stage, measures.sub_dimension) as common_sub_dimension,
    {{ kpi_value(
        'definitions.aggregation', 'measures.numerator', 'measures.denominator', 'measures.median'
    ) }}::numeric(70, 10) as value,
    measures.numerator,
    measures.denominator,
    definitions.unit,
    definitions.reporting_currency
from measures
inner join {{ ref('dim_portals') }} as portals on portals.portal_id = measures.portal_id
left join (
    select
        *,
        case
            when dimension = 'source' then 'source'
            when dimension = 'pipeline' and team = 'sales' then 'deals'
            when dimension = 'pipeline' and team = 'service' then 'tickets'
        end as dimension_kind
    from {{ ref('dim_kpis') }}
) as definitions on definitions.kpi = measures.kpi
left join (
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
) as common_names
    on
        common_names.portal_id = measures.portal_id
        and common_names.dimension_kind = definitions.dimension_kind
        and common_names.dimension_id = measures.dimension_id
left join (
    select
        portal_id,
        object_type,
        pipeline_id,
        stage_id,
        max(common_stage) as common_stage
    from {{ ref('int_stage_mapping') }}
    group by portal_id, object_type, pipeline_id, stage_id
) as stages
    on
        definitions.sub_dimension = 'stage'
        and stages.object_type = definitions.dimension_kind
        and stages.portal_id = measures.portal_id
        and stages.pipeline_id = measures.dimension_id
        and stages.stage_id = measures.sub_dimension_id
{%- endmacro %}

{#- A question is about one KPI of some portals and days: let these rows lie side by side, as in the key. What runs change
    afterwards lies elsewhere, and is little. -#}
{% macro in_order_of_questions() -%}
    {%- if not is_incremental() -%}
order by kpi collate "C", portal_id, date
    {%- endif -%}
{%- endmacro %}
