with

live as (
    select * from {{ ref('base_hubspot__campaign_spend_items') }}
    where not is_deleted
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
)

select
    -- ids
    live.portal_id,
    live.campaign_id,
    live.item_id,

    -- text
    live.item_name,
    live.description,
    upper(nullif(trim(live.currency_code), '')) as currency,

    -- numerics
    {{ hubspot_numeric('live.amount') }} as amount,

    -- timestamps
    live.created_at,
    live.updated_at,
    live.synced_at,

    -- dates
    {{ portal_date('live.created_at') }} as created_date
from live
left join portals on portals.portal_id = live.portal_id
