{{ config(severity='warn') }}

select
    'portal ' || portal_id || ' (' || portal_name || '): ' || count(*) || ' tickets are in the stage "' || stage_label
    || '" of the pipeline "' || pipeline_label || '", of which HubSpot does not say whether it is open or closed; they do '
    || 'not count as closed. Move them to another stage, or set the stage''s status in HubSpot' as message
from {{ ref('fct_tickets') }}
where coalesce(ticket_state, '') not in ('OPEN', 'CLOSED')
group by portal_id, portal_name, pipeline_label, stage_label
