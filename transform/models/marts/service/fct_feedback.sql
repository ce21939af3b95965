with

answers as (
    select * from {{ ref('stg_hubspot__feedback_submissions') }}
),

portals as (
    select portal_id, portal_name from {{ ref('dim_portals') }}
),

tickets as (
    select portal_id, ticket_id from {{ ref('fct_tickets') }}
),

scales as (
    select
        {{ seed_portal_id('portal_id') }} as portal_id,
        {{ seed_text('survey_id') }} as survey_id,
        -- One per survey, also when a test has found two.
        max({{ seed_number('scale_max') }}) as scale_max
    from {{ ref('csat_scales') }}
    where {{ seed_number('scale_max') }} > 0
    group by 1, 2
),

-- One name per survey, so that a new name does not split it in two: the one it was last answered under.
surveys as (
    select distinct on (portal_id, survey_id)
        portal_id,
        survey_id,
        survey_name
    from answers
    where survey_name is not null
    order by portal_id, survey_id, submitted_at desc, feedback_submission_id desc
),

scaled as (
    select
        answers.*,
        portals.portal_name,
        coalesce(surveys.survey_name, answers.survey_id, 'UNKNOWN') as survey_label,
        tickets.ticket_id as live_ticket_id,
        coalesce(answers.survey_type = 'CSAT', false) as is_csat,
        case when answers.survey_type = 'CSAT' then coalesce(scales.scale_max, 5) end as scale_max
    from answers
    left join portals
        on portals.portal_id = answers.portal_id
    left join surveys
        on
            surveys.portal_id = answers.portal_id
            and surveys.survey_id = answers.survey_id
    left join scales
        on
            scales.portal_id = answers.portal_id
            and scales.survey_id = answers.survey_id
    left join tickets
        on
            tickets.portal_id = answers.portal_id
            and tickets.ticket_id = answers.ticket_id
)

select
    portal_id,
    portal_name,
    feedback_submission_id,
    survey_id,
    survey_label as survey_name,
    survey_type,
    survey_channel,
    contact_id,
    live_ticket_id as ticket_id,
    score,
    scale_max,
    is_csat,
    case when is_csat then score >= ceil(0.8 * scale_max) end as is_satisfied,
    response_group,
    sentiment,
    comment,
    submitted_at,
    submitted_date,
    created_at,
    updated_at
from scaled
