with

source as (
    select * from {{ raw('portal_syncs') }}
),

renamed as (
    select
        -- ids
        run_id,
        portal_id,
        stream,
        object_type,

        -- text
        mode,
        status,
        reason,

        -- numerics
        records,
        requests,
        expected_total,

        -- timestamps
        started_at at time zone 'UTC' as started_at,
        finished_at at time zone 'UTC' as finished_at,
        window_from at time zone 'UTC' as window_from,
        window_to at time zone 'UTC' as window_to,
        synced_at at time zone 'UTC' as synced_at
    from source
)

select * from renamed
