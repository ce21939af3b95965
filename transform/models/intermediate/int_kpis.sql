-- What the KPIs of all teams are made of, by day, as numbers: kpi_daily and its sisters give them names and values. Types are
-- the tables' to the letter, for PostgreSQL sees through a union of like columns only.
{%- for team in ['marketing', 'sales', 'service'] %}
select
    portal_id,
    date,
    kpi,
    dimension_id,
    dimension,
    sub_dimension_id,
    sub_dimension,
    numerator,
    denominator,
    null::numeric(70, 10) as median
from {{ ref('int_kpis__' ~ team) }}

union all
{% endfor %}
select
    portal_id,
    date,
    kpi,
    dimension_id,
    dimension,
    ''::text as sub_dimension_id,
    ''::text as sub_dimension,
    null::numeric(70, 10) as numerator,
    null::numeric(70, 10) as denominator,
    median
from {{ ref('int_kpis__medians') }}
