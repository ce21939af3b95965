{{ config(severity='warn') }}

{#- Unreadable values are NULL in staging, and so missing from a KPI: say which. -#}
{%- set checks = [
    ('deals', 'amount', hubspot_numeric),
    ('deals', 'amount_in_home_currency', hubspot_numeric),
    ('deals', 'createdate', hubspot_timestamp),
    ('deals', 'closedate', hubspot_timestamp),
    ('contacts', 'createdate', hubspot_timestamp),
    ('contacts', 'hs_v2_date_entered_marketingqualifiedlead', hubspot_timestamp),
    ('contacts', 'hs_lifecyclestage_marketingqualifiedlead_date', hubspot_timestamp),
    ('contacts', 'hs_v2_date_entered_customer', hubspot_timestamp),
    ('contacts', 'hs_lifecyclestage_customer_date', hubspot_timestamp),
] -%}

with

unreadable as (
    {%- for object_type, property, typed in checks %}
    {%- set value = "(properties ->> '" ~ property ~ "')" %}
    select
        portal_id,
        '{{ object_type }}.{{ property }}' as property,
        count(*) as number_of_rows,
        min({{ object_type[:-1] }}_id) as example
    from {{ ref('base_hubspot__' ~ object_type) }}
    where
        not is_deleted
        and {{ value }} is not null
        and {{ typed(value) }} is null
    group by portal_id
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    'portal ' || portal_id || ': ' || property || ' can''t be read in ' || number_of_rows
    || ' rows (for example id ' || example || ') and counts as empty. Correct it in HubSpot' as message
from unreadable
