-- The one tall table. A KPI is one line of a `measures` list below: the day it counts on, numerator, denominator.
with

portals as (
    select portal_id, portal_name from {{ ref('dim_portals') }}
),

contacts as (
    select * from {{ ref('int_hubspot__contact_lifecycle') }}
),

deals as (
    select * from {{ ref('fct_deals') }}
),

contact_measures as (
    select
        contacts.portal_id,
        measure.date,
        measure.kpi,
        contacts.source as dimension,
        1 as numerator,
        null::bigint as denominator
    from contacts
    cross join lateral (
        values
        ('new_contacts', contacts.created_date),
        ('mqls', contacts.mql_date),
        ('new_customers', contacts.customer_date)
    ) as measure (kpi, date)
),

deal_measures as (
    select
        deals.portal_id,
        measure.date,
        measure.kpi,
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
),

measures as (
    select * from contact_measures
    union all
    select * from deal_measures
),

summed as (
    select
        portal_id,
        date,
        kpi,
        dimension,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        -- A KPI either counts and sums, or is a ratio: never a mix, so one row with a denominator tells.
        count(denominator) > 0 as is_ratio
    from measures
    -- Not (yet) happened: no closed deal, no customer.
    where date is not null
    group by portal_id, date, kpi, dimension
)

select
    summed.portal_id,
    portals.portal_name,
    summed.date,
    summed.kpi,
    summed.dimension,
    case when summed.is_ratio then summed.numerator / nullif(summed.denominator, 0) else summed.numerator end as value,
    summed.numerator,
    summed.denominator
from summed
inner join portals on portals.portal_id = summed.portal_id
