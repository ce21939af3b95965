with

live as (
    select * from {{ ref('base_hubspot__feedback_submissions') }}
    where not is_deleted
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
),

typed as (
    select
        -- ids (an answer is about one person and one ticket at most; the property is the older way to say so)
        live.portal_id,
        live.feedback_submission_id,
        trim(property.hs_survey_id) as survey_id,
        coalesce(live.associations #>> '{contacts,0,id}', property.hs_contact_id) as contact_id,
        live.associations #>> '{tickets,0,id}' as ticket_id,

        -- text
        property.hs_survey_name as survey_name,
        -- HubSpot's own spellings differ: CSAT, Csat.
        upper(trim(property.hs_survey_type)) as survey_type,
        property.hs_survey_channel as survey_channel,
        property.hs_response_group as response_group,
        property.hs_sentiment as sentiment,
        property.hs_content as comment,

        -- numerics
        {{ hubspot_numeric('property.hs_value') }} as score,

        -- timestamps
        coalesce({{ hubspot_timestamp('property.hs_createdate') }}, live.created_at) as created_at,
        coalesce(
            {{ hubspot_timestamp('property.hs_submission_timestamp') }},
            {{ hubspot_timestamp('property.hs_createdate') }},
            live.created_at
        ) as submitted_at,
        live.updated_at,
        live.synced_at,

        -- what a KPI would have counted
        {{ unreadable_properties({
            'hs_createdate': hubspot_timestamp,
            'hs_submission_timestamp': hubspot_timestamp,
            'hs_value': hubspot_numeric,
        }) }} as unreadable_properties
    from live
    -- One pass over the object; a `->>` for each property would unpack the whole of it each time.
    cross join lateral jsonb_to_record(live.properties) as property (
        hs_survey_id text,
        hs_contact_id text,
        hs_survey_name text,
        hs_survey_type text,
        hs_survey_channel text,
        hs_response_group text,
        hs_sentiment text,
        hs_content text,
        hs_value text,
        hs_createdate text,
        hs_submission_timestamp text
    )
)

select
    typed.*,
    {{ portal_date('typed.submitted_at') }} as submitted_date
from typed
left join portals on portals.portal_id = typed.portal_id
