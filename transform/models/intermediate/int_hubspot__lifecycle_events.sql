{%- set standard_stages = lifecycle_stages() -%}

with

contacts as (
    select * from {{ ref('stg_hubspot__contacts') }}
),

properties as (
    select portal_id, contact_id, properties from {{ ref('base_hubspot__contacts') }}
    where not is_deleted
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
),

-- A portal's own stages are values of the property, with numbers for names.
own_stages as (
    select portal_id, lifecycle_stage from {{ ref('int_lifecycle_mapping') }}
    where lifecycle_stage not in ('{{ standard_stages | join("', '") }}')
),

history as (
    select
        portal_id,
        record_id as contact_id,
        value as lifecycle_stage,
        min(changed_at) as entered_at
    from {{ ref('stg_hubspot__property_history') }}
    where
        object_type = 'contacts'
        and property_name = 'lifecyclestage'
    group by portal_id, record_id, value
),

events as (
    select
        contacts.portal_id,
        contacts.contact_id,
        stage.lifecycle_stage,
        stage.entered_at
    from contacts
    cross join lateral (
        values
        {%- for stage, name in standard_stages.items() %}
        ('{{ stage }}', contacts.became_{{ name }}_at){{ ',' if not loop.last }}
        {%- endfor %}
    ) as stage (lifecycle_stage, entered_at)

    union all

    -- HubSpot calculates the dates in Professional and Enterprise portals only; what the tap reads of the history will do.
    select
        properties.portal_id,
        properties.contact_id,
        own_stages.lifecycle_stage,
        coalesce({{ hubspot_timestamp('calculated.entered_at') }}, history.entered_at)
    from properties
    inner join own_stages on own_stages.portal_id = properties.portal_id
    cross join lateral (
        values (properties.properties ->> ('hs_v2_date_entered_' || own_stages.lifecycle_stage))
    ) as calculated (entered_at)
    left join history
        on
            history.portal_id = properties.portal_id
            and history.contact_id = properties.contact_id
            and history.lifecycle_stage = own_stages.lifecycle_stage
)

select
    events.portal_id,
    events.contact_id,
    events.lifecycle_stage,
    events.entered_at,
    {{ portal_date('events.entered_at') }} as entered_date
from events
left join portals on portals.portal_id = events.portal_id
where events.entered_at is not null
