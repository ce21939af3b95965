{{ config(materialized='table') }}

select
    null::bigint as portal_id,
    null::date as date,
    null::text as kpi,
    null::text as dimension_id,
    null::text as dimension,
    null::numeric as sample
where false
