with

spend as (
    select * from {{ ref('int_hubspot__marketing_spend') }}
),

portals as (
    select portal_id, portal_name from {{ ref('dim_portals') }}
)

select
    spend.portal_id,
    portals.portal_name,
    spend.month,
    spend.channel,
    spend.campaign_id,
    spend.campaign_name,
    spend.basis,
    spend.amount,
    spend.spend_currency,
    spend.reporting_value,
    spend.reporting_currency
from spend
inner join portals on portals.portal_id = spend.portal_id
