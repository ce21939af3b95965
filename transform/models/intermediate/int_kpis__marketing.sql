{{ config(materialized='table') }}

with

contacts as (
    select * from {{ ref('int_hubspot__contact_lifecycle') }}
),

measures as (
    select
        contacts.portal_id,
        measure.date,
        measure.kpi,
        contacts.source
    from contacts
    cross join lateral (
        values
        ('new_contacts', contacts.created_date),
        ('mqls', contacts.mql_date),
        ('new_customers', contacts.customer_date)
    ) as measure (kpi, date)
)

select
    portal_id,
    date,
    kpi,
    source as dimension_id,
    source as dimension,
    '' as sub_dimension_id,
    '' as sub_dimension,
    count(*)::numeric as numerator,
    null::numeric as denominator
from measures
-- Not (yet) happened: no customer.
where date is not null
group by portal_id, date, kpi, source
