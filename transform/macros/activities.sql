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

{#- For the table of all activities: see typed_once.sql. -#}
{% macro forget_outdated_activities() -%}
    {%- set ours -%}
        select
            typed.ctid as kept_at,
            typed.portal_id,
            typed.activity_type,
            typed.activity_id,
            typed.synced_at,
            typed.portal_name is not distinct from portals.portal_name
            and typed.owner_name is not distinct from owners.owner_name
            and typed.happened_date is not distinct from {{ portal_date('typed.happened_at') }} as is_up_to_date
        from {{ this }} as typed
        left join {{ ref('stg_hubspot__portals') }} as portals on portals.portal_id = typed.portal_id
        left join {{ ref('dim_owners') }} as owners
            on
                owners.portal_id = typed.portal_id
                and owners.owner_id = typed.owner_id
    {%- endset -%}
    {%- set versions -%}
        select live.* from {{ ref('int_hubspot__activity_versions') }} as live
        inner join {{ ref('stg_hubspot__portals') }} as portals on portals.portal_id = live.portal_id
    {%- endset -%}
    {{ forget_rows(['portal_id', 'activity_type', 'activity_id'], versions, ours) }}
{%- endmacro %}
