{{ config(severity='warn') }}

with

deals as (
    select * from {{ ref('fct_deals') }}
),

without_home_value as (
    select
        portal_id,
        portal_name,
        'no value in ' || coalesce(home_currency, 'its (unknown) company currency') || ' for ' || count(*)
        || ' deals in ' || coalesce(deal_currency, 'an unknown currency')
        || ': HubSpot gives neither amount_in_home_currency nor hs_exchange_rate' as problem
    from deals
    where
        amount is not null
        and home_value is null
    group by portal_id, portal_name, home_currency, deal_currency
),

without_rate as (
    select
        portal_id,
        portal_name,
        'no rate from ' || coalesce(home_currency, 'its (unknown) company currency') || ' to ' || reporting_currency
        || ' for ' || count(*) || ' deals, the first created on ' || min(created_date)
        || '. Add it to seeds/exchange_rates.csv' as problem
    from deals
    where
        home_value is not null
        and (
            created_value is null
            or (outcome <> 'open' and closed_date is not null and closed_value is null)
        )
    group by portal_id, portal_name, home_currency, reporting_currency
)

select 'portal ' || portal_id || ' (' || portal_name || '): ' || problem as message from without_home_value
union all
select 'portal ' || portal_id || ' (' || portal_name || '): ' || problem as message from without_rate
