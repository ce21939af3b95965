with

source as (
    select * from {{ raw('property_history') }}
    where
        object_type = 'tickets'
        and property = 'hs_pipeline_stage'
)

select
    -- ids
    portal_id,
    record_id as ticket_id,
    -- Empty where the stage was cleared.
    nullif(value, '') as stage_id,

    -- timestamps (the loader writes UTC without a time zone)
    changed_at at time zone 'UTC' as changed_at,
    synced_at at time zone 'UTC' as synced_at
from source
