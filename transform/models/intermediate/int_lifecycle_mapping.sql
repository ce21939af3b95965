with

properties as (
    select * from {{ ref('stg_hubspot__properties') }}
    where
        object_type = 'contacts'
        and property_name = 'lifecyclestage'
),

mapping as (
    {{ user_mapping('lifecycle_mapping', ['lifecycle_stage'], 'common_stage') }}
),

standard as (
    select * from {{ ref('standard_names') }}
    where kind = 'lifecycle_stage'
),

-- A portal's own stages have numbers for names; their labels are in the definition of the property.
stages as (
    select distinct on (properties.portal_id, option ->> 'value')
        properties.portal_id,
        option ->> 'value' as lifecycle_stage,
        coalesce(option ->> 'label', option ->> 'value') as stage_label
    from properties
    cross join lateral jsonb_path_query(properties.options, '$[*]') as option
    where option ->> 'value' is not null
    order by properties.portal_id, option ->> 'value', option ->> 'label'
)

select
    stages.portal_id,
    stages.lifecycle_stage,
    stages.stage_label,
    coalesce(own.common_name, for_all.common_name, standard.common_name, stages.stage_label) as common_stage,
    case
        when coalesce(own.common_name, for_all.common_name) is not null then 'mapped'
        when standard.common_name is not null then 'standard'
        else 'own name'
    end as basis
from stages
left join mapping as own
    on
        own.portal_id = stages.portal_id
        and own.lifecycle_stage = stages.lifecycle_stage
left join mapping as for_all
    on
        for_all.is_for_all
        and for_all.lifecycle_stage = stages.lifecycle_stage
left join standard on standard.value = stages.lifecycle_stage
