select
    currency,
    valid_from,
    valid_until,
    rate,
    '{{ var("reporting_currency") | upper }}' as reporting_currency
from {{ ref('int_exchange_rates') }}
-- Of two rates of a day the one that applies is that whose span is not empty.
where valid_from < valid_until
