-- A table, though it is staging: every staging view joins it, and portal_syncs grows with every run.
{{ config(materialized='table') }}

with

syncs as (
    select * from {{ raw('portal_syncs') }}
)

select
    portal_id,
    stream,
    -- Not the end of the read: a row seen at its beginning is as alive as one seen at its end.
    max(window_from) at time zone 'UTC' as read_from
from syncs
where
    mode in ('backfill', 'full')
    and status = 'ok'
group by portal_id, stream
