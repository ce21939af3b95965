{#-
    Seeds that users fill are loaded as text, for one unreadable cell would stop the load of the whole file, and say
    neither row nor cure. These macros type them, and give NULL for what can't be read; tests name such rows.
-#}
{% macro seed_portal_id(column) -%}
    case when trim({{ column }}) ~ '^[0-9]{1,18}$' then trim({{ column }})::bigint end
{%- endmacro %}

{#- 2026-07, or any day of the month. -#}
{% macro seed_month(column) -%}
    date_trunc('month', {{ hubspot_date(_first_of_month(column)) }}::timestamp)::date
{%- endmacro %}

{% macro _first_of_month(column) -%}
    (case when trim({{ column }}) ~ '^[0-9]{4}-[0-9]{2}$' then trim({{ column }}) || '-01' else trim({{ column }}) end)
{%- endmacro %}

{% macro seed_date(column) -%}
    {{ hubspot_date('trim(' ~ column ~ ')') }}
{%- endmacro %}

{% macro seed_number(column) -%}
    {{ hubspot_numeric('trim(' ~ column ~ ')') }}
{%- endmacro %}

{% macro seed_text(column) -%}
    nullif(trim({{ column }}), '')
{%- endmacro %}

{#- The cell in one spelling, so that two rows for the same thing are seen to be that. -#}
{% macro seed_key(column) -%}
    {%- if column == 'month' -%}
        coalesce({{ seed_month(column) }}::text, {{ seed_text(column) }})
    {%- elif column == 'valid_from' -%}
        coalesce({{ seed_date(column) }}::text, {{ seed_text(column) }})
    {%- elif 'currency' in column -%}
        upper({{ seed_text(column) }})
    {%- else -%}
        {{ seed_text(column) }}
    {%- endif -%}
{%- endmacro %}

{#- The row as it stands in the file, for messages. -#}
{% macro seed_row(columns) -%}
    concat_ws(',' {%- for column in columns %}, coalesce({{ column }}, ''){% endfor %})
{%- endmacro %}

{#- A mapping the user fills, as a query: the portal's id, or that the row is for all portals, the keys, the common name. -#}
{% macro user_mapping(seed, keys, common_name) -%}
    select
        {{ seed_portal_id('portal_id') }} as portal_id,
        {{ seed_text('portal_id') }} is null as is_for_all,
        {%- for key in keys %}
        trim({{ key }}) as {{ key }},
        {%- endfor %}
        -- One name for a key, also when a test has found two.
        min({{ seed_text(common_name) }}) as common_name
    from {{ ref(seed) }}
    where {{ seed_text(common_name) }} is not null
    group by {{ range(1, keys | length + 3) | join(', ') }}
{%- endmacro %}
