{#-
    A raw table, or an empty relation of its columns where the loader has not made it: a stream that is not selected
    has no table, and its models are to be empty then, not broken.
-#}
{% macro raw(stream) -%}
    {%- set relation = source('hubspot_raw', stream) -%}
    {%- if not execute or relation.is_cte or is_there(relation) -%}
        {{ relation }}
    {%- else -%}
        {%- set ns = namespace(columns={}) -%}
        {%- for node in graph.sources.values() if node.source_name == 'hubspot_raw' and node.name == stream -%}
            {%- set ns.columns = node.columns -%}
        {%- endfor -%}
        (
            select
                {%- for column in ns.columns.values() %}
                null::{{ column.data_type }} as {{ column.name }}
                {{- ',' if not loop.last }}
                {%- endfor %}
            where false
        )
    {%- endif -%}
{%- endmacro %}

{#-
    Whether there is a table that no model makes. The server is asked: dbt remembers what is in a schema of its sources as soon as
    one of its threads has found the first relation in it, and the others would take the rest for missing.
-#}
{% macro is_there(relation) -%}
    {{ return(run_query("select to_regclass('" ~ relation ~ "') is not null").rows[0][0]) }}
{%- endmacro %}
