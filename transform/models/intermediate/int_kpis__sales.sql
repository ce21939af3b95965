{{ config(materialized='table') }}

with

deals as (
    select * from {{ ref('fct_deals') }}
),

measures as (
    select
        deals.portal_id,
        measure.date,
        measure.kpi,
        coalesce(deals.pipeline_id, 'UNKNOWN') as dimension_id,
        deals.pipeline_label as dimension,
        measure.numerator,
        measure.denominator
    from deals
    cross join lateral (
        values
        ('deals_created', deals.created_date, 1, null),
        ('deals_created_value', deals.created_date, deals.created_value, null),
        ('deals_won', case when deals.outcome = 'won' then deals.closed_date end, 1, null),
        ('won_value', case when deals.outcome = 'won' then deals.closed_date end, deals.closed_value, null),
        ('deals_lost', case when deals.outcome = 'lost' then deals.closed_date end, 1, null),
        ('win_rate', case when deals.outcome <> 'open' then deals.closed_date end, (deals.outcome = 'won')::int, 1)
    ) as measure (kpi, date, numerator, denominator)
)

select
    portal_id,
    date,
    kpi,
    dimension_id,
    dimension,
    '' as sub_dimension_id,
    '' as sub_dimension,
    sum(numerator)::numeric as numerator,
    sum(denominator)::numeric as denominator
from measures
-- Not (yet) happened: no closed deal.
where date is not null
group by portal_id, date, kpi, dimension_id, dimension
