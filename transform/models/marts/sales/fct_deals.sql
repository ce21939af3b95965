with

deals as (
    select * from {{ ref('int_hubspot__deals') }}
)

select
    portal_id,
    portal_name,
    deal_id,
    deal_name,
    deal_type,
    pipeline_id,
    pipeline_label,
    stage_id,
    stage_label,
    stage_probability,
    owner_id,
    owner_name,
    primary_company_id,
    primary_company_name,
    analytics_source,
    priority,
    next_step,
    forecast_category,
    outcome,
    is_closed,
    closed_won_reason,
    closed_lost_reason,
    amount,
    deal_currency,
    home_value,
    home_currency,
    created_value,
    closed_value,
    reporting_currency,
    forecast_amount,
    cycle_days,
    created_at,
    created_date,
    closed_at,
    closed_date,
    updated_at
from deals
