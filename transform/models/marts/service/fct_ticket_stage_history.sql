with

stays as (
    select * from {{ ref('int_hubspot__ticket_stage_history') }}
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
)

select
    stays.portal_id,
    stays.portal_name,
    stays.ticket_id,
    stays.entered_at,
    {{ portal_date('stays.entered_at') }} as entered_date,
    stays.left_at,
    stays.hours_in_stage,
    stays.is_current,
    stays.pipeline_id,
    stays.stage_id,
    stays.stage_label,
    stays.ticket_state
from stays
left join portals on portals.portal_id = stays.portal_id
