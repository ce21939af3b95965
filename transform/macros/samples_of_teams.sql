{#- What medians are taken of: the samples of all teams that have any. -#}
{% macro samples_of_teams() -%}
    {%- for team in ['sales', 'service'] -%}
    select * from {{ ref('int_kpi_samples__' ~ team) }}
    {%- if not loop.last %}
    union all
    {% endif -%}
    {%- endfor -%}
{%- endmacro %}
