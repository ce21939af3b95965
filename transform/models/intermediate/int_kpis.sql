-- What the KPIs of all teams are made of, by day, as numbers: kpi_daily and its sisters give them names and values.
with

combined as (
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
        null::numeric as median
    from {{ ref('int_kpis__' ~ team) }}

    union all
    {% endfor %}
    select
        portal_id,
        date,
        kpi,
        dimension_id,
        dimension,
        '' as sub_dimension_id,
        '' as sub_dimension,
        null as numerator,
        null as denominator,
        median
    from {{ ref('int_kpis__medians') }}
)

select * from combined
