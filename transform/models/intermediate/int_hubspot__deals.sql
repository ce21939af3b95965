with

deals as (
    select * from {{ ref('stg_hubspot__deals') }}
),

portals as (
    select portal_id, portal_name, company_currency from {{ ref('stg_hubspot__portals') }}
),

pipelines as (
    select * from {{ ref('stg_hubspot__pipelines') }}
    where object_type = 'deals'
),

stages as (
    select * from {{ ref('stg_hubspot__pipeline_stages') }}
    where object_type = 'deals'
),

companies as (
    select portal_id, company_id, company_name from {{ ref('stg_hubspot__companies') }}
),

owners as (
    select portal_id, owner_id, owner_name from {{ ref('stg_hubspot__owners') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

enriched as (
    select
        deals.*,
        -- Only while it is live: a deleted company is nobody's.
        companies.company_id as live_company_id,
        companies.company_name as primary_company_name,
        owners.owner_name,
        portals.portal_name,
        portals.company_currency as home_currency,
        coalesce(deals.currency, portals.company_currency) as deal_currency,
        coalesce(pipelines.pipeline_label, deals.pipeline_id, 'UNKNOWN') as pipeline_label,
        coalesce(stages.stage_label, deals.stage_id, 'UNKNOWN') as stage_label,
        coalesce(stages.probability, deals.probability) as stage_probability,
        -- The deal's own flags are calculated by HubSpot and may lag or lack; its stage always says.
        coalesce(deals.is_closed_won, stages.is_closed and stages.probability = 1, false) as is_won,
        coalesce(deals.is_closed, stages.is_closed, false) as is_in_closed_stage
    from deals
    left join portals
        on portals.portal_id = deals.portal_id
    left join pipelines
        on
            pipelines.portal_id = deals.portal_id
            and pipelines.pipeline_id = deals.pipeline_id
    left join stages
        on
            stages.portal_id = deals.portal_id
            and stages.pipeline_id = deals.pipeline_id
            and stages.stage_id = deals.stage_id
    left join companies
        on
            companies.portal_id = deals.portal_id
            and companies.company_id = deals.primary_company_id
    left join owners
        on
            owners.portal_id = deals.portal_id
            and owners.owner_id = deals.owner_id
),

valued as (
    select
        *,
        case
            when is_won then 'won'
            when is_in_closed_stage then 'lost'
            else 'open'
        end as outcome,
        coalesce(
            amount_in_home_currency,
            amount * exchange_rate,
            case when deal_currency = home_currency then amount end
        ) as home_value
    from enriched
)

select
    -- ids
    valued.portal_id,
    valued.deal_id,
    valued.pipeline_id,
    valued.stage_id,
    valued.owner_id,
    valued.live_company_id as primary_company_id,

    -- text
    valued.portal_name,
    valued.deal_name,
    valued.deal_type,
    valued.analytics_source,
    valued.pipeline_label,
    valued.stage_label,
    valued.outcome,
    valued.owner_name,
    valued.primary_company_name,
    valued.priority,
    valued.next_step,
    valued.forecast_category,
    valued.closed_won_reason,
    valued.closed_lost_reason,
    valued.deal_currency,
    valued.home_currency,
    '{{ var("reporting_currency") | upper }}' as reporting_currency,

    -- numerics
    valued.stage_probability,
    valued.amount,
    valued.home_value,
    -- What it was worth on the day it counts: a deal created in one year and won in the next has two such days.
    valued.home_value * rate_at_creation.rate as created_value,
    case when valued.outcome <> 'open' then valued.home_value * rate_at_close.rate end as closed_value,
    valued.forecast_amount,
    case
        when valued.outcome = 'won' then round(extract(epoch from valued.closed_at - valued.created_at) / 86400, 6)
    end as cycle_days,

    -- booleans
    valued.outcome <> 'open' as is_closed,

    -- timestamps
    valued.created_at,
    valued.closed_at,
    valued.updated_at,
    valued.synced_at,

    -- dates
    valued.created_date,
    valued.closed_date
from valued
left join rates as rate_at_creation
    on {{ rate_applies('rate_at_creation', 'valued.home_currency', 'valued.created_date') }}
left join rates as rate_at_close
    on {{ rate_applies('rate_at_close', 'valued.home_currency', 'valued.closed_date') }}
