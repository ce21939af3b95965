{{ config(severity='warn') }}

{#- Unreadable values are NULL in staging, and so missing from a KPI: say which. -#}
with

unreadable as (
    {%- for object_type in ['contacts', 'deals', 'tickets', 'feedback_submissions'] %}
    select
        portal_id,
        '{{ object_type }}.' || property as property,
        count(*) as number_of_rows,
        min({{ object_type[:-1] }}_id) as example
    from {{ ref('stg_hubspot__' ~ object_type) }}
    cross join lateral string_to_table(unreadable_properties, ',') as property
    where unreadable_properties is not null
    group by portal_id, property
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
)

select
    'portal ' || portal_id || ': ' || property || ' can''t be read in ' || number_of_rows
    || ' rows (for example id ' || example || ') and counts as empty. Correct it in HubSpot' as message
from unreadable
