with

targets as (
    select
        {{ seed_portal_id('portal_id') }} as portal_id,
        {{ seed_text('group_name') }} as group_name,
        {{ seed_text('kpi') }} as kpi,
        {{ seed_month('month') }} as month,
        {{ hubspot_numeric('trim(target)') }} as target
    from {{ ref('kpi_targets') }}
)

select
    portal_id,
    group_name,
    kpi,
    month,
    min(target) as target
from targets
where
    kpi is not null
    and month is not null
    and target is not null
    -- For a portal or for a group.
    and (portal_id is null) <> (group_name is null)
group by portal_id, group_name, kpi, month
