-- Every month of a portal from its first KPI to the running one, without a gap, so that the month before is the row before.
{{ config(materialized='table') }}

with

days as (
    select * from {{ ref('int_portal_calendar') }}
)

select
    portal_id,
    portal_name,
    month,
    bool_or(is_read) as is_read
from days
group by portal_id, portal_name, month
