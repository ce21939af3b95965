with

portals as (
    select portal_id, company_currency from {{ ref('stg_hubspot__portals') }}
),

campaigns as (
    select portal_id, campaign_id, campaign_name from {{ ref('stg_hubspot__campaigns') }}
),

items as (
    select * from {{ ref('stg_hubspot__campaign_spend_items') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

entered as (
    select
        {{ seed_portal_id('portal_id') }} as portal_id,
        {{ seed_month('month') }} as month,
        coalesce({{ seed_text('channel') }}, 'UNKNOWN') as channel,
        '' as campaign_id,
        null::text as campaign_name,
        upper({{ seed_text('currency') }}) as currency,
        {{ seed_number('amount') }} as amount,
        'entered' as basis
    from {{ ref('marketing_spend') }}
),

from_campaigns as (
    select
        items.portal_id,
        date_trunc('month', items.created_date)::date as month,
        -- An item has a name, in the words of whoever typed it, but no channel.
        'campaigns' as channel,
        items.campaign_id,
        campaigns.campaign_name,
        items.currency,
        items.amount,
        'campaign_items' as basis
    from items
    left join campaigns
        on
            campaigns.portal_id = items.portal_id
            and campaigns.campaign_id = items.campaign_id
),

-- One entered row says that the month was entered: items beside it would count the same money twice.
chosen as (
    select * from entered

    union all

    select * from from_campaigns
    where
        not exists (
            select 1
            from entered
            where
                entered.portal_id = from_campaigns.portal_id
                and entered.month = from_campaigns.month
        )
),

summed as (
    select
        chosen.portal_id,
        chosen.month,
        chosen.channel,
        chosen.campaign_id,
        chosen.campaign_name,
        coalesce(chosen.currency, portals.company_currency, 'UNKNOWN') as spend_currency,
        chosen.basis,
        sum(chosen.amount) as amount
    from chosen
    inner join portals on portals.portal_id = chosen.portal_id
    where chosen.month is not null
    group by
        chosen.portal_id,
        chosen.month,
        chosen.channel,
        chosen.campaign_id,
        chosen.campaign_name,
        spend_currency,
        chosen.basis
)

select
    summed.portal_id,
    summed.month,
    summed.channel,
    summed.campaign_id,
    summed.campaign_name,
    summed.basis,
    summed.spend_currency,
    summed.amount,
    '{{ var("reporting_currency") | upper }}' as reporting_currency,
    -- At the rate of the day it counts on, which is the first of its month.
    summed.amount * rates.rate as reporting_value
from summed
left join rates
    on {{ rate_applies('rates', 'summed.spend_currency', 'summed.month') }}
