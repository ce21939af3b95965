-- One row per currency and span of days, so that a conversion is one join that can't multiply rows.
with

entered as (
    select
        upper({{ seed_text('from_currency') }}) as from_currency,
        upper({{ seed_text('to_currency') }}) as to_currency,
        {{ seed_date('valid_from') }} as valid_from,
        {{ seed_number('rate') }} as rate
    from {{ ref('exchange_rates') }}
),

rates as (
    select
        from_currency as currency,
        valid_from,
        rate
    from entered
    where
        to_currency = '{{ var("reporting_currency") | upper }}'
        and from_currency <> '{{ var("reporting_currency") | upper }}'
        -- A row that can't be read, which a test names, does not end the rate before it.
        and valid_from is not null
        and rate > 0

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
        lead(valid_from) over (partition by currency order by valid_from, rate),
        'infinity'::date
    ) as valid_until,
    rate
from rates
