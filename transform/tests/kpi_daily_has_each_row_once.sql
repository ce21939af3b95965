-- What the teams count arrives: no row is lost, and none is there twice, which the key would not tell of a row kept from before.
with

counted as (
    {%- for team in ['marketing', 'sales', 'service'] %}
    select portal_id, count(*) as number_of_rows
    from {{ ref('int_kpis__' ~ team) }}
    group by portal_id
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
),

summed as (
    select portal_id, sum(number_of_rows) as number_of_rows
    from counted
    group by portal_id
),

kept as (
    select daily.portal_id, count(*) as number_of_rows
    from {{ ref('kpi_daily') }} as daily
    inner join {{ ref('dim_kpis') }} as definitions on definitions.kpi = daily.kpi
    -- Medians are taken of records.
    where definitions.aggregation <> 'median'
    group by daily.portal_id
)

select
    kept.portal_id,
    kept.number_of_rows,
    summed.number_of_rows as counted_rows
from kept
left join summed on summed.portal_id = kept.portal_id
where kept.number_of_rows is distinct from summed.number_of_rows
