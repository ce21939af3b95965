{%- set counted = {
    'contacts': ref('base_hubspot__contacts'),
    'companies': ref('base_hubspot__companies'),
    'deals': ref('base_hubspot__deals'),
    'properties': ref('stg_hubspot__properties'),
    'pipelines': ref('stg_hubspot__pipelines'),
    'pipeline_stages': ref('stg_hubspot__pipeline_stages'),
    'owners': ref('stg_hubspot__owners'),
} -%}

with

portals as (
    select portal_id, portal_name, connection_status from {{ ref('dim_portals') }}
),

syncs as (
    select * from {{ ref('stg_hubspot__portal_syncs') }}
),

-- A stream that is divided by object type is fully read as of the type that waits longest.
full_reads as (
    select
        portal_id,
        stream,
        min(read_from) as read_from
    from {{ ref('base_hubspot__full_reads') }}
    group by portal_id, stream
),

streams as (
    select distinct stream from syncs
),

by_stream as (
    select
        portal_id,
        stream,
        max(started_at) as last_started_at,
        max(finished_at) filter (where status = 'ok') as last_ok_at
    from syncs
    group by portal_id, stream
),

latest as (
    select distinct on (portal_id, stream)
        portal_id,
        stream,
        status,
        mode,
        reason,
        records
    from syncs
    order by portal_id, stream, started_at desc, run_id desc
),

last_failures as (
    select distinct on (portal_id, stream)
        portal_id,
        stream,
        reason as last_error,
        coalesce(finished_at, started_at) as last_error_at
    from syncs
    where status = 'failed'
    order by portal_id, stream, started_at desc, run_id desc
),

last_full_totals as (
    select distinct on (portal_id, stream)
        portal_id,
        stream,
        expected_total
    from syncs
    where
        mode in ('backfill', 'full')
        and status = 'ok'
    order by portal_id, stream, window_from desc, run_id desc
),

row_counts as (
    {%- for stream, relation in counted.items() %}
    select
        portal_id,
        '{{ stream }}' as stream,
        count(*) filter (where not is_deleted) as live_rows,
        count(*) filter (where is_deleted) as deleted_rows
    from {{ relation }}
    group by portal_id
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
)

-- Every portal with every stream: one that was never read is the row one must not miss.
select
    portals.portal_id,
    portals.portal_name,
    portals.connection_status,
    streams.stream,
    coalesce(latest.status, 'never') as last_status,
    latest.mode as last_mode,
    latest.reason as last_reason,
    latest.records as last_records,
    by_stream.last_started_at,
    by_stream.last_ok_at,
    full_reads.read_from as last_full_read_at,
    last_full_totals.expected_total as last_full_read_total,
    last_failures.last_error,
    last_failures.last_error_at,
    {%- for rows in ['live_rows', 'deleted_rows'] %}
    case when streams.stream in ('{{ counted | join("', '") }}') then coalesce(row_counts.{{ rows }}, 0) end as {{ rows }}
    {{- ',' if not loop.last }}
    {%- endfor %}
from portals
cross join streams
left join by_stream on by_stream.portal_id = portals.portal_id and by_stream.stream = streams.stream
left join latest on latest.portal_id = portals.portal_id and latest.stream = streams.stream
left join last_failures on last_failures.portal_id = portals.portal_id and last_failures.stream = streams.stream
left join full_reads on full_reads.portal_id = portals.portal_id and full_reads.stream = streams.stream
left join last_full_totals on last_full_totals.portal_id = portals.portal_id and last_full_totals.stream = streams.stream
left join row_counts on row_counts.portal_id = portals.portal_id and row_counts.stream = streams.stream
