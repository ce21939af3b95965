with

live as (
    select * from {{ ref('base_hubspot__form_submissions') }}
    where not is_deleted
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
)

select
    -- ids
    live.portal_id,
    live.form_id,
    live.submission_id,

    -- text
    live.page_url,
    {{ submitted_address('live.submitted_values') }} as email,

    -- objects
    live.submitted_values,

    -- timestamps
    live.submitted_at,
    live.synced_at,

    -- dates
    {{ portal_date('live.submitted_at') }} as submitted_date
from live
left join portals on portals.portal_id = live.portal_id
