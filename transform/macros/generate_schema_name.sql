{% macro generate_schema_name(custom_schema_name, node) %}
    {%- if custom_schema_name is none -%}
        {#- Nothing configured (a new folder, say): the profile's own schema, which is one of ours. -#}
        {{ target.schema }}
    {%- else -%}
        {#- Exactly the configured name. dbt's default prefixes it with the profile's schema, but the API, the
            dashboard and the analysts' grants count on hubspot_staging and hubspot_marts. -#}
        {{ custom_schema_name | trim }}
    {%- endif -%}
{% endmacro %}
