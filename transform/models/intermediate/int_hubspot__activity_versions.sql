-- Which live activities there are, and in which version, without what they say: cheap to compare with a table of them.
with

{%- set streams = {
    'call': 'calls',
    'meeting': 'meetings',
    'email': 'emails',
    'note': 'notes',
    'task': 'tasks',
    'communication': 'communications',
} %}

versions as (
    {%- for activity_type, stream in streams.items() %}
    select
        portal_id,
        '{{ activity_type }}' as activity_type,
        {{ activity_type }}_id as activity_id,
        synced_at
    from {{ ref('base_hubspot__' ~ stream) }}
    where not is_deleted
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
)

select * from versions
