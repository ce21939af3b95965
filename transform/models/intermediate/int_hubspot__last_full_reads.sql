-- A table, for the records of each type are held against it.
{{ config(materialized='table') }}

with

syncs as (
    select * from {{ ref('stg_hubspot__portal_syncs') }}
)

select distinct on (portal_id, stream, object_type)
    portal_id,
    stream,
    object_type,
    -- HubSpot is asked for its count at the end of the read.
    finished_at as counted_at,
    expected_total
from syncs
where
    mode in ('backfill', 'full')
    and status = 'ok'
order by portal_id, stream, object_type, started_at desc, run_id desc
