{#- A query of the live activities of all kinds: their keys and one column more. It reads base models, not staging, which
    would unpack all properties of all records only to drop them. -#}
{% macro live_activities(column) -%}
    {%- set streams = {
        'call': 'calls',
        'meeting': 'meetings',
        'email': 'emails',
        'note': 'notes',
        'task': 'tasks',
        'communication': 'communications',
    } -%}
    {%- for activity_type, stream in streams.items() %}
    select
        portal_id,
        '{{ activity_type }}' as activity_type,
        {{ activity_type }}_id as activity_id,
        {{ column }}
    from {{ ref('base_hubspot__' ~ stream) }}
    where not is_deleted
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
{%- endmacro %}
