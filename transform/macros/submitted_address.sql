{#- HubSpot names no contact; the address is what a submission and a contact have in common. -#}
{% macro submitted_address(submitted_values) -%}
    lower(trim(jsonb_path_query_first({{ submitted_values }}, '$[*] ? (@.name == "email").value') #>> '{}'))
{%- endmacro %}
