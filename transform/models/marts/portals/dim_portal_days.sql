with

days as (
    select * from {{ ref('int_portal_calendar') }}
)

select
    portal_id,
    portal_name,
    date,
    week,
    month,
    fiscal_year,
    fiscal_quarter,
    day_of_week,
    starts_at,
    ends_at,
    hours,
    is_read
from days
