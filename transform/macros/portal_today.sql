{#- The day it is on the portal's own wall, or the variable `today` (an ISO date) instead.
    The query joins stg_hubspot__portals as `portals`. -#}
{% macro portal_today() -%}
    {%- if var('today', none) -%}
        '{{ var("today") }}'::date
    {%- else -%}
        {{ portal_date('now()') }}
    {%- endif -%}
{%- endmacro %}
