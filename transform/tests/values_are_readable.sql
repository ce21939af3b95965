{{ config(severity='warn') }}

{#- Unreadable values are NULL in staging, and so missing from a KPI: say which. -#}
{%- set checked = {
    'contacts': {
        'createdate': hubspot_timestamp,
        'hs_v2_date_entered_marketingqualifiedlead': hubspot_timestamp,
        'hs_lifecyclestage_marketingqualifiedlead_date': hubspot_timestamp,
        'hs_v2_date_entered_customer': hubspot_timestamp,
        'hs_lifecyclestage_customer_date': hubspot_timestamp,
    },
    'deals': {
        'amount': hubspot_numeric,
        'amount_in_home_currency': hubspot_numeric,
        'hs_exchange_rate': hubspot_numeric,
        'createdate': hubspot_timestamp,
        'closedate': hubspot_timestamp,
    },
    'tickets': {
        'createdate': hubspot_timestamp,
        'closed_date': hubspot_timestamp,
        'first_agent_reply_date': hubspot_timestamp,
        'hs_time_to_first_response_in_operating_hours': hubspot_numeric,
        'time_to_first_agent_reply': hubspot_numeric,
    },
    'feedback_submissions': {
        'hs_createdate': hubspot_timestamp,
        'hs_submission_timestamp': hubspot_timestamp,
        'hs_value': hubspot_numeric,
    },
} -%}

with

unreadable as (
    {%- for object_type, macros in checked.items() %}
    select
        records.portal_id,
        '{{ object_type }}.' || checked.property as property,
        count(*) as number_of_rows,
        min(records.{{ object_type[:-1] }}_id) as example
    from {{ ref('base_hubspot__' ~ object_type) }} as records
    cross join lateral jsonb_to_record(records.properties) as property ({{ macros | join(' text, ') }} text)
    cross join lateral (
        values
        {%- for property, read in macros.items() %}
        (
            '{{ property }}',
            property.{{ property }} is not null
            and {{ read('property.' ~ property) }} is null
        )
        {{- ',' if not loop.last }}
        {%- endfor %}
    ) as checked (property, is_unreadable)
    where
        not records.is_deleted
        and checked.is_unreadable
    group by records.portal_id, checked.property
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
)

select
    'portal ' || portal_id || ': ' || property || ' can''t be read in ' || number_of_rows
    || ' rows (for example id ' || example || ') and counts as empty. Correct it in HubSpot' as message
from unreadable
