with

submissions as (
    select * from {{ ref('stg_hubspot__form_submissions') }}
),

forms as (
    select portal_id, form_id, form_name, form_type from {{ ref('stg_hubspot__forms') }}
),

portals as (
    select portal_id, portal_name from {{ ref('dim_portals') }}
)

select
    submissions.portal_id,
    portals.portal_name,
    submissions.form_id,
    coalesce(forms.form_name, submissions.form_id) as form_name,
    forms.form_type,
    submissions.submission_id,
    submissions.email,
    submissions.page_url,
    submissions.submitted_at,
    submissions.submitted_date
from submissions
inner join portals on portals.portal_id = submissions.portal_id
left join forms
    on
        forms.portal_id = submissions.portal_id
        and forms.form_id = submissions.form_id
