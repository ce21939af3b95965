with

tickets as (
    select * from {{ ref('int_hubspot__tickets') }}
)

select
    portal_id,
    portal_name,
    ticket_id,
    subject,
    pipeline_id,
    pipeline_label,
    stage_id,
    stage_label,
    ticket_state,
    is_closed,
    is_reopened,
    priority,
    category,
    channel,
    owner_id,
    primary_company_id,
    first_response_hours,
    first_response_basis,
    hours_to_close,
    operating_hours_to_close,
    times_contacted,
    created_at,
    created_date,
    first_agent_reply_at,
    last_reply_at,
    closed_at,
    closed_date,
    last_closed_at,
    reopened_at,
    updated_at
from tickets
