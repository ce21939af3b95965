{{ config(materialized='table') }}

select
    null::bigint as portal_id,
    null::date as date,
    null::text as kpi,
    null::text as dimension_id,
    null::text as dimension,
    null::text as sub_dimension_id,
    null::text as sub_dimension,
    null::numeric as numerator,
    null::numeric as denominator
where false
