{#- Large, and changed little by a run: only activities that were read again, have gone, or have got another owner, portal
    or day are typed, as in the staging of contacts. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ forget_outdated_activities() }}",
    )
}}

with

owners as (
    select portal_id, owner_id, owner_name from {{ ref('dim_owners') }}
),

portals as (
    select portal_id, portal_name, time_zone from {{ ref('stg_hubspot__portals') }}
),

activities as (
    {{ yet_to_be_typed(ref('int_hubspot__activities'), key=['portal_id', 'activity_type', 'activity_id']) }}
),

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
