{#- The day on the portal's own wall: a deal closed at 23:30 UTC on 31 January is February's in Tokyo.
    The query joins stg_hubspot__portals as `portals`; a portal without a row there falls back to UTC. -#}
{% macro portal_date(timestamp) -%}
    ({{ timestamp }} at time zone coalesce(portals.time_zone, 'UTC'))::date
{%- endmacro %}

{#- Now, or the variable `now` (an ISO instant), so that a test can set the clock. -#}
{% macro portal_today() -%}
    {{ portal_date("timestamptz '" ~ var('now') ~ "'" if var('now', none) else 'now()') }}
{%- endmacro %}
