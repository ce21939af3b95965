{%- set kpis = kpi_names() -%}

with

months as (
    select * from {{ ref('int_portal_months') }}
),

kpis as (
    select * from {{ ref('int_portal_kpis_monthly') }}
),

targets as (
    select * from {{ ref('int_kpi_targets') }}
    where portal_id is not null
),

figures as (
    select
        portal_id,
        month
        {%- for kpi in kpis %},
        max(value) filter (where kpi = '{{ kpi }}') as {{ kpi }}
        {%- endfor %}
    from kpis
    group by portal_id, month
),

aims as (
    select
        portal_id,
        month
        {%- for kpi in kpis %},
        max(target) filter (where kpi = '{{ kpi }}') as {{ kpi }}_target
        {%- endfor %}
    from targets
    group by portal_id, month
),

compared as (
    select
        months.portal_id,
        months.portal_name,
        months.month
        {%- for kpi in kpis %},
        figures.{{ kpi }},
        lag(figures.{{ kpi }}) over by_month as {{ kpi }}_previous
        {%- endfor %}
    from months
    left join figures
        on
            figures.portal_id = months.portal_id
            and figures.month = months.month
    window by_month as (partition by months.portal_id order by months.month)
)

select
    compared.portal_id,
    compared.portal_name,
    compared.month,
    {{ fiscal_year('compared.month') }} as fiscal_year,
    {{ fiscal_quarter('compared.month') }} as fiscal_quarter,
    '{{ var("reporting_currency") | upper }}' as reporting_currency
    {%- for kpi in kpis %},
    compared.{{ kpi }},
    compared.{{ kpi }}_previous,
    {{ relative_change('compared.' ~ kpi, 'compared.' ~ kpi ~ '_previous') }} as {{ kpi }}_change,
    aims.{{ kpi }}_target,
    compared.{{ kpi }} / nullif(aims.{{ kpi }}_target, 0) as {{ kpi }}_attainment
    {%- endfor %}
from compared
left join aims
    on
        aims.portal_id = compared.portal_id
        and aims.month = compared.month
