-- One row per currency and span of days, so that a conversion is one join that can't multiply rows.
with

rates as (
    select
        upper(trim(from_currency)) as currency,
        valid_from,
        rate
    from {{ ref('exchange_rates') }}
    where
        upper(trim(to_currency)) = '{{ var("reporting_currency") | upper }}'
        and upper(trim(from_currency)) <> '{{ var("reporting_currency") | upper }}'

    union all

    select
        '{{ var("reporting_currency") | upper }}',
        '-infinity'::date,
        1
)

select
    currency,
    valid_from,
    coalesce(
        lead(valid_from) over (partition by currency order by valid_from),
        'infinity'::date
    ) as valid_until,
    rate
from rates
