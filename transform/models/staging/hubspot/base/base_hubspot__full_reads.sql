-- A table, though it is staging: every staging view joins it, and portal_syncs grows with every run. With an index, for the
-- records that have changed look it up one by one.
{{ config(materialized='incremental', contract={'enforced': true}, indexes=[{'columns': ['portal_id', 'stream']}]) }}

with

syncs as (
    select * from {{ raw('portal_syncs') }}
)

select
    portal_id,
    stream,
    -- The types of custom objects share a stream but are read one by one: a full read of one says nothing of another.
    coalesce(object_type, '') as object_type,
    -- Not the end of the read: a row seen at its beginning is as alive as one seen at its end.
    max(window_from) at time zone 'UTC' as read_from
from syncs
where
    mode in ('backfill', 'full')
    and status = 'ok'
    -- Without a beginning, the read ended well but does not prove that it saw everything.
    and window_from is not null
group by portal_id, stream, coalesce(object_type, '')
