{#- Streams of records: base models, which keep also what is deleted, and when. A new one is one line. -#}
{%- set records = {
    'contacts': ref('base_hubspot__contacts'),
    'companies': ref('base_hubspot__companies'),
    'deals': ref('base_hubspot__deals'),
    'tickets': ref('base_hubspot__tickets'),
    'leads': ref('base_hubspot__leads'),
    'line_items': ref('base_hubspot__line_items'),
    'products': ref('base_hubspot__products'),
    'quotes': ref('base_hubspot__quotes'),
    'calls': ref('base_hubspot__calls'),
    'meetings': ref('base_hubspot__meetings'),
    'emails': ref('base_hubspot__emails'),
    'notes': ref('base_hubspot__notes'),
    'tasks': ref('base_hubspot__tasks'),
    'communications': ref('base_hubspot__communications'),
    'feedback_submissions': ref('base_hubspot__feedback_submissions'),
    'custom_objects': ref('base_hubspot__custom_objects'),
} -%}
{#- Of streams that hold several object types: the column that names the type. -#}
{%- set type_columns = {'custom_objects': 'object_type_id'} -%}
{#- Streams of definitions and people: staging, which keeps and flags what is deleted. -#}
{%- set catalogues = {
    'properties': ref('stg_hubspot__properties'),
    'pipelines': ref('stg_hubspot__pipelines'),
    'pipeline_stages': ref('stg_hubspot__pipeline_stages'),
    'owners': ref('stg_hubspot__owners'),
} -%}
{%- set counted = dict(records, **catalogues) -%}

with

portals as (
    select portal_id, portal_name, connection_status from {{ ref('dim_portals') }}
),

-- Not kept apart, for PostgreSQL does nothing in parallel with rows that are.
syncs as not materialized (
    select * from {{ ref('stg_hubspot__portal_syncs') }}
),

by_stream as (
    select
        portal_id,
        stream,
        object_type,
        max(started_at) as last_started_at,
        max(finished_at) filter (where status = 'ok') as last_ok_at,
        -- Of a read that listed all that HubSpot counts.
        max(window_from) filter (where mode in ('backfill', 'full') and status = 'ok') as last_full_read_at,
        sum(requests)::bigint as requests
    from syncs
    group by portal_id, stream, object_type
),

streams as (
    select stream, min(object_type) as object_type
    from by_stream
    group by stream
),

-- Every portal with every stream: one that was never read is the row one must not miss. A stream of many object types
-- has a row for each that the portal has.
expected as (
    select portal_id, stream, object_type from by_stream

    union

    select
        portals.portal_id,
        streams.stream,
        streams.object_type
    from portals
    cross join streams
    where not exists (
        select 1 from by_stream
        where
            by_stream.portal_id = portals.portal_id
            and by_stream.stream = streams.stream
    )
),

-- Found by their time, not by sorting the log, which is long.
latest as (
    select distinct on (syncs.portal_id, syncs.stream, syncs.object_type)
        syncs.portal_id,
        syncs.stream,
        syncs.object_type,
        syncs.status,
        syncs.mode,
        syncs.reason,
        syncs.records,
        syncs.requests
    from syncs
    inner join by_stream
        on
            by_stream.portal_id = syncs.portal_id
            and by_stream.stream = syncs.stream
            and by_stream.object_type = syncs.object_type
            and by_stream.last_started_at = syncs.started_at
    order by syncs.portal_id, syncs.stream, syncs.object_type, syncs.run_id desc
),

last_failures as (
    select distinct on (portal_id, stream, object_type)
        portal_id,
        stream,
        object_type,
        reason as last_error,
        coalesce(finished_at, started_at) as last_error_at
    from syncs
    where status = 'failed'
    order by portal_id, stream, object_type, started_at desc, run_id desc
),

last_full_reads as not materialized (
    select * from {{ ref('int_hubspot__last_full_reads') }}
),

row_counts as (
    {%- for stream, relation in counted.items() %}
    select
        rows.portal_id,
        '{{ stream }}' as stream,
        {{ 'rows.' ~ type_columns[stream] if stream in type_columns else 'null::text' }} as object_type,
        count(*) filter (where not rows.is_deleted) as live_rows,
        count(*) filter (where rows.is_deleted) as deleted_rows,
        {%- if stream in records %}
        -- What HubSpot counted, as far as we have it: there before the count, and gone only after it.
        count(*) filter (
            where
                rows.created_at < last_full_reads.counted_at
                and (not rows.is_deleted or rows.archived_at >= last_full_reads.counted_at)
        ) as rows_at_full_read,
        -- HubSpot tells of contacts when they were merged. Of others, what no read has brought since was merged before.
        count(*) filter (
            where
                rows.merged_into is not null
                and coalesce(rows.archived_at, rows.synced_at) >= last_full_reads.counted_at
        ) as rows_merged_since
        {%- else %}
        null::bigint as rows_at_full_read,
        null::bigint as rows_merged_since
        {%- endif %}
    from {{ relation }} as rows
    left join (
        -- Grouped, though each is there once: so PostgreSQL knows that it is, and joins rows to it and not it to rows.
        select portal_id, object_type, max(counted_at) as counted_at
        from last_full_reads
        where stream = '{{ stream }}'
        group by portal_id, object_type
    ) as last_full_reads
        on
            last_full_reads.portal_id = rows.portal_id
            {%- if stream in type_columns %}
            and last_full_reads.object_type = rows.{{ type_columns[stream] }}
            {%- endif %}
    group by rows.portal_id {{- ', rows.' ~ type_columns[stream] if stream in type_columns }}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
),

compared as (
    select
        expected.portal_id,
        expected.stream,
        expected.object_type,
        last_full_reads.expected_total,
        {%- for rows in ['live_rows', 'deleted_rows'] %}
        case
            when expected.stream in ('{{ counted | join("', '") }}') then coalesce(row_counts.{{ rows }}, 0)
        end as {{ rows }},
        {%- endfor %}
        case
            when last_full_reads.expected_total is not null and expected.stream in ('{{ records | join("', '") }}')
                -- Of those merged since nobody tells any more when they were created, and the survivor may have a new id:
                -- they were there as far as HubSpot's count says so.
                then coalesce(row_counts.rows_at_full_read, 0) + greatest(
                    least(
                        coalesce(row_counts.rows_merged_since, 0),
                        last_full_reads.expected_total - coalesce(row_counts.rows_at_full_read, 0)
                    ),
                    0
                )
        end as rows_at_full_read
    from expected
    left join last_full_reads
        on
            last_full_reads.portal_id = expected.portal_id
            and last_full_reads.stream = expected.stream
            and last_full_reads.object_type = expected.object_type
    left join row_counts
        on
            row_counts.portal_id = expected.portal_id
            and row_counts.stream = expected.stream
            and coalesce(row_counts.object_type, expected.object_type) = expected.object_type
)

select
    compared.portal_id,
    portals.portal_name,
    portals.connection_status,
    compared.stream,
    compared.object_type,
    coalesce(latest.status, 'never') as last_status,
    latest.mode as last_mode,
    latest.reason as last_reason,
    latest.records as last_records,
    latest.requests as last_requests,
    by_stream.requests,
    by_stream.last_started_at,
    by_stream.last_ok_at,
    last_failures.last_error,
    last_failures.last_error_at,
    compared.live_rows,
    compared.deleted_rows,
    by_stream.last_full_read_at,
    compared.expected_total as last_full_read_total,
    compared.rows_at_full_read,
    compared.expected_total - compared.rows_at_full_read as missing_rows,
    compared.rows_at_full_read::numeric / nullif(compared.expected_total, 0) as completeness
from compared
inner join portals on portals.portal_id = compared.portal_id
left join by_stream
    on
        by_stream.portal_id = compared.portal_id
        and by_stream.stream = compared.stream
        and by_stream.object_type = compared.object_type
left join latest
    on
        latest.portal_id = compared.portal_id
        and latest.stream = compared.stream
        and latest.object_type = compared.object_type
left join last_failures
    on
        last_failures.portal_id = compared.portal_id
        and last_failures.stream = compared.stream
        and last_failures.object_type = compared.object_type
