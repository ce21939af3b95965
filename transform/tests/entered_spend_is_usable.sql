{{ config(severity='warn') }}

with

entered as (
    select * from {{ ref('marketing_spend') }}
),

portals as (
    select portal_id from {{ ref('stg_hubspot__portals') }}
),

problems as (
    select
        entered.*,
        case
            when entered.portal_id is null then 'it names no portal and counts nowhere. Enter the portal_id'
            when portals.portal_id is null then 'there is no such portal, and it counts nowhere. Correct the portal_id'
            when entered.month is null then 'it names no month and counts nowhere. Enter one, as in 2026-03-01'
            when entered.amount is null then 'it has no amount, and hides what the campaigns'' items say. Enter one, or 0'
            when entered.amount < 0 then 'its amount is below zero. Correct it'
            when coalesce(trim(entered.channel), '') = '' then 'it names no channel and counts as UNKNOWN. Enter one'
            when upper(trim(entered.currency)) !~ '^([A-Z]{3})?$' then 'its currency is no ISO code. Correct it, as in EUR'
        end as problem
    from entered
    left join portals on portals.portal_id = entered.portal_id
)

select
    'seeds/marketing_spend.csv, portal ' || coalesce(portal_id::text, '(none)')
    || ', month ' || coalesce(month::text, '(none)') || ', channel ' || coalesce(nullif(trim(channel), ''), '(none)') || ': ' || problem as message
from problems
where problem is not null
