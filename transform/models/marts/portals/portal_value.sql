with

portals as (
    select * from {{ ref('dim_portals') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
),

by_portal as (
    select
        portal_id,
        count(created_date) as deals_created,
        sum(created_value) as deals_created_value,
        count(closed_date) filter (where outcome = 'won') as deals_won,
        sum(closed_value) filter (where outcome = 'won') as won_value,
        count(closed_date) filter (where outcome = 'lost') as deals_lost,
        count(*) filter (where outcome = 'open') as open_deals,
        sum(created_value) filter (where outcome = 'open') as pipeline_value,
        sum(created_value * stage_probability) filter (where outcome = 'open') as weighted_pipeline_value,
        count(*) filter (where amount is not null and created_value is null) as unvalued_deals
    from deals
    group by portal_id
)

select
    portals.portal_id,
    portals.portal_name,
    portals.company_currency,
    '{{ var("reporting_currency") | upper }}' as reporting_currency,
    coalesce(by_portal.deals_created, 0) as deals_created,
    by_portal.deals_created_value,
    coalesce(by_portal.deals_won, 0) as deals_won,
    by_portal.won_value,
    coalesce(by_portal.deals_lost, 0) as deals_lost,
    coalesce(by_portal.open_deals, 0) as open_deals,
    by_portal.pipeline_value,
    by_portal.weighted_pipeline_value,
    coalesce(by_portal.unvalued_deals, 0) as unvalued_deals
from portals
left join by_portal on by_portal.portal_id = portals.portal_id
