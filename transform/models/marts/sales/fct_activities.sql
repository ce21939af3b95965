{#- Large, and changed little by a run: only the rows that are not as they should be are written. Which ones those are
    is not guessed by a time, for portals are read at different times, but found by comparing all rows with the versions
    that were read, so that a run gives what a full refresh gives. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['portal_id', 'activity_type', 'activity_id'],
        on_schema_change='fail',
        post_hook='delete from {{ this }} where synced_at is null',
    )
}}

with

-- Not kept apart, for PostgreSQL does nothing in parallel with rows that are.
owners as not materialized (
    select portal_id, owner_id, owner_name from {{ ref('dim_owners') }}
),

portals as not materialized (
    select portal_id, portal_name, time_zone from {{ ref('stg_hubspot__portals') }}
),

live as (
    select versions.* from {{ ref('int_hubspot__activity_versions') }} as versions
    inner join portals on portals.portal_id = versions.portal_id
),
{% if is_incremental() %}
as_they_are as (
    select
        kept.portal_id,
        kept.activity_type,
        kept.activity_id,
        kept.synced_at,
        -- What rests on other tables may have changed there.
        kept.portal_name is not distinct from portals.portal_name
        and kept.owner_name is not distinct from owners.owner_name
        and kept.happened_date is not distinct from {{ portal_date('kept.happened_at') }} as is_as_it_should_be
    from {{ this }} as kept
    left join portals on portals.portal_id = kept.portal_id
    left join owners
        on
            owners.portal_id = kept.portal_id
            and owners.owner_id = kept.owner_id
),

to_write as materialized (
    select
        coalesce(live.portal_id, as_they_are.portal_id) as portal_id,
        coalesce(live.activity_type, as_they_are.activity_type) as activity_type,
        coalesce(live.activity_id, as_they_are.activity_id) as activity_id,
        live.portal_id is null as is_gone
    from live
    full outer join as_they_are
        on
            as_they_are.portal_id = live.portal_id
            and as_they_are.activity_type = live.activity_type
            and as_they_are.activity_id = live.activity_id
    where
        as_they_are.synced_at is distinct from live.synced_at
        or not as_they_are.is_as_it_should_be
),

-- Row by row, by the keys of the raw tables: a join would type all rows to keep a few.
activities as (
    select typed.*
    from to_write
    cross join lateral (
        select * from {{ ref('int_hubspot__activities') }} as candidates
        where
            candidates.portal_id = to_write.portal_id
            and candidates.activity_type = to_write.activity_type
            and candidates.activity_id = to_write.activity_id
        -- Keeps PostgreSQL from making a join of it after all.
        offset 0
    ) as typed
    where not to_write.is_gone
),
{% else %}
activities as (
    select * from {{ ref('int_hubspot__activities') }}
),
{% endif %}
named as (
    select
        activities.portal_id,
        portals.portal_name,
        activities.activity_type,
        activities.activity_id,
        activities.owner_id,
        owners.owner_name,
        activities.title,
        activities.direction,
        activities.status,
        activities.outcome,
        activities.channel,
        activities.duration_seconds::numeric(60, 6) as duration_seconds,
        activities.happened_at,
        {{ portal_date('activities.happened_at') }} as happened_date,
        activities.completed_at,
        activities.created_at,
        activities.updated_at,
        activities.synced_at
    from activities
    inner join portals on portals.portal_id = activities.portal_id
    left join owners
        on
            owners.portal_id = activities.portal_id
            and owners.owner_id = activities.owner_id
)

select * from named
{%- if is_incremental() %}

union all

-- Rows to delete: they replace those that are there, and the hook removes what has no version.
select
    portal_id,
    '' as portal_name,
    activity_type,
    activity_id,
    null as owner_id,
    null as owner_name,
    null as title,
    null as direction,
    null as status,
    null as outcome,
    null as channel,
    null::numeric(60, 6) as duration_seconds,
    null as happened_at,
    null as happened_date,
    null as completed_at,
    null as created_at,
    null as updated_at,
    null as synced_at
from to_write
where is_gone
{%- endif %}
