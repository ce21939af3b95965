{{ config(materialized='incremental', contract={'enforced': true}) }}

with

kpis as (
    select * from {{ ref('int_kpis__marketing') }}
),

definitions as (
    select kpi from {{ ref('kpi_definitions') }}
    where dimension = 'source'
),

mapping as (
    {{ user_mapping('source_mapping', ['source'], 'common_source') }}
),

standard as (
    select * from {{ ref('standard_names') }}
    where kind = 'source'
),

sources as (
    select
        kpis.portal_id,
        kpis.dimension_id as source,
        -- Contacts and visits that came by it, which no other KPI counts again.
        coalesce(sum(kpis.numerator) filter (where kpis.kpi in ('new_contacts', 'sessions')), 0)::bigint as records
    from kpis
    inner join definitions on definitions.kpi = kpis.kpi
    group by kpis.portal_id, kpis.dimension_id
)

select
    sources.portal_id,
    sources.source,
    coalesce(own.common_name, for_all.common_name, standard.common_name, sources.source) as common_source,
    case
        when coalesce(own.common_name, for_all.common_name) is not null then 'mapped'
        when standard.common_name is not null then 'standard'
        else 'own name'
    end as basis,
    sources.records
from sources
left join mapping as own
    on
        own.portal_id = sources.portal_id
        and own.source = sources.source
left join mapping as for_all
    on
        for_all.is_for_all
        and for_all.source = sources.source
left join standard on standard.value = sources.source
