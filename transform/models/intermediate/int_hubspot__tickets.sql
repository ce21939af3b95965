with

tickets as (
    select * from {{ ref('stg_hubspot__tickets') }}
),

portals as (
    select portal_id, portal_name from {{ ref('stg_hubspot__portals') }}
),

pipelines as (
    select * from {{ ref('stg_hubspot__pipelines') }}
    where object_type = 'tickets'
),

stages as (
    select * from {{ ref('stg_hubspot__pipeline_stages') }}
    where object_type = 'tickets'
),

primary_companies as (
    select portal_id, ticket_id, company_id from {{ ref('int_hubspot__ticket_companies') }}
    where is_primary
),

enriched as (
    select
        tickets.*,
        portals.portal_name,
        primary_companies.company_id as primary_company_id,
        coalesce(pipelines.pipeline_label, tickets.pipeline_id, 'UNKNOWN') as pipeline_label,
        coalesce(stages.stage_label, tickets.stage_id, 'UNKNOWN') as stage_label,
        upper(stages.ticket_state) as ticket_state,
        coalesce(upper(stages.ticket_state) = 'CLOSED', false) as is_closed,
        {{ plausible_hours('tickets.first_response_operating_ms') }} as response_operating_hours,
        {{ plausible_hours('tickets.first_agent_reply_ms') }} as response_hours,
        {{ plausible_hours('extract(epoch from tickets.first_agent_reply_at - tickets.created_at) * 1000') }}
            as response_hours_by_date,
        {{ plausible_hours('tickets.close_ms') }} as hours_to_close,
        {{ plausible_hours('extract(epoch from tickets.closed_at - tickets.created_at) * 1000') }}
            as hours_to_close_by_date,
        {{ plausible_hours('tickets.close_operating_ms') }} as operating_hours_to_close
    from tickets
    left join portals
        on portals.portal_id = tickets.portal_id
    left join pipelines
        on
            pipelines.portal_id = tickets.portal_id
            and pipelines.pipeline_id = tickets.pipeline_id
    left join stages
        on
            stages.portal_id = tickets.portal_id
            and stages.pipeline_id = tickets.pipeline_id
            and stages.stage_id = tickets.stage_id
    left join primary_companies
        on
            primary_companies.portal_id = tickets.portal_id
            and primary_companies.ticket_id = tickets.ticket_id
)

select
    -- ids
    portal_id,
    ticket_id,
    pipeline_id,
    stage_id,
    owner_id,
    primary_company_id,

    -- text
    portal_name,
    subject,
    priority,
    category,
    channel,
    pipeline_label,
    stage_label,
    ticket_state,
    -- HubSpot fills each of them for some tickets only: working hours for most, if the help desk is in use.
    case
        when response_operating_hours is not null then 'operating_hours'
        when response_hours is not null then 'first_agent_reply'
        when response_hours_by_date is not null then 'reply_date'
    end as first_response_basis,

    -- numerics
    coalesce(response_operating_hours, response_hours, response_hours_by_date) as first_response_hours,
    case when is_closed then coalesce(hours_to_close, hours_to_close_by_date) end as hours_to_close,
    case when is_closed then operating_hours_to_close end as operating_hours_to_close,
    times_contacted,

    -- booleans
    is_closed,
    -- HubSpot's date of reopening is calculated and may lag or lack; a date of closing in an open stage tells too.
    reopened_at is not null
    or (coalesce(ticket_state = 'OPEN', false) and coalesce(closed_at, last_closed_at) is not null) as is_reopened,

    -- timestamps
    created_at,
    -- Some reopened tickets keep the date; none that is open is to be counted as closed.
    case when is_closed then closed_at end as closed_at,
    coalesce(last_closed_at, closed_at) as last_closed_at,
    reopened_at,
    first_agent_reply_at,
    last_reply_at,
    updated_at,
    synced_at,

    -- dates
    created_date,
    case when is_closed then closed_date end as closed_date
from enriched
