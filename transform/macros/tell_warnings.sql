{#- dbt says only how many rows a test warns of, or fails for. Our tests select a `message` that names the portal and the
    cure; say it, so that nobody has to look for the compiled query. -#}
{% macro tell_warnings(results) %}
    {%- set most = 20 -%}
    {%- for result in results if result.status in ('warn', 'fail') and result.node.resource_type == 'test' -%}
        {%- set word = 'WARNING' if result.status == 'warn' else 'ERROR' -%}
        {%- set rows = run_query(result.node.compiled_code) -%}
        {%- if 'message' in rows.column_names -%}
            {%- for row in rows.rows[:most] -%}
                {%- do log(word ~ ' ' ~ row['message'], info=true) -%}
            {%- endfor -%}
            {%- if rows.rows | length > most -%}
                {%- do log(word ~ ' … and ' ~ (rows.rows | length - most) ~ ' more of ' ~ result.node.name, info=true) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
