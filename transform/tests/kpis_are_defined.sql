-- The KPIs that are counted, those that are defined, and the scorecard's columns are the same names.
with

counted as (
    select distinct kpi from {{ ref('int_kpis') }}
    union
    select distinct kpi from {{ ref('kpi_monthly') }}
),

defined as (
    select kpi from {{ ref('dim_kpis') }}
),

columns as (
    select unnest(array['{{ kpi_names() | join("', '") }}']) as kpi
)

select 'KPI ' || counted.kpi || ' is counted, but not in definitions/kpi_definitions.csv' as message
from counted
where counted.kpi not in (select kpi from defined)

union all

select 'KPI ' || coalesce(defined.kpi, columns.kpi) || ' is in one of definitions/kpi_definitions.csv and macro kpi_names() only'
from defined
full outer join columns on columns.kpi = defined.kpi
where
    defined.kpi is null
    or columns.kpi is null
