-- A table, for each of the views is made of it.
{{ config(materialized='table') }}

{%- set scopes -%}
    select null::bigint as for_portal_id
    {%- if own_view_portals_relation() %}
    union all
    select portal_id from {{ own_view_portals_relation() }}
    {%- endif %}
{%- endset %}

{{ property_columns(scopes) }}
