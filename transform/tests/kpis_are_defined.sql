-- The KPIs that are counted, those that are defined, and the scorecard's columns are the same names; and only a KPI's team counts it.
with

counted as (
    {%- for team in ['marketing', 'sales', 'service'] %}
    select distinct '{{ team }}' as team, kpi from {{ ref('int_kpis__' ~ team) }}
    union
    {%- endfor %}
    select distinct null, kpi from {{ ref('int_kpis__medians') }}
    union
    select distinct null, kpi from {{ ref('kpi_monthly') }}
),

defined as (
    select kpi, team from {{ ref('dim_kpis') }}
),

columns as (
    select unnest(array['{{ kpi_names() | join("', '") }}']) as kpi
)

select 'KPI ' || counted.kpi || ' is counted, but not in definitions/kpi_definitions.csv' as message
from counted
where counted.kpi not in (select kpi from defined)

union all

select 'KPI ' || counted.kpi || ' is counted by ' || counted.team || ', but in definitions/kpi_definitions.csv it is of ' || defined.team
from counted
inner join defined on defined.kpi = counted.kpi
where counted.team <> defined.team

union all

select 'KPI ' || coalesce(defined.kpi, columns.kpi) || ' is in one of definitions/kpi_definitions.csv and macro kpi_names() only'
from defined
full outer join columns on columns.kpi = defined.kpi
where
    defined.kpi is null
    or columns.kpi is null
