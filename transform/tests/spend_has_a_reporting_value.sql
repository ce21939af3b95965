{{ config(severity='warn') }}

select
    'portal ' || portal_id || ' (' || portal_name || '): no rate from ' || spend_currency || ' to ' || reporting_currency
    || ' for its marketing spend, the first of ' || min(month)
    || '. Add it to seeds/exchange_rates.csv' as message
from {{ ref('fct_marketing_spend') }}
where
    amount is not null
    and reporting_value is null
group by portal_id, portal_name, spend_currency, reporting_currency
