{{ config(materialized='incremental', contract={'enforced': true}) }}

with

stages as (
    select * from {{ ref('stg_hubspot__pipeline_stages') }}
),

mapping as (
    {{ user_mapping('stage_mapping', ['object_type', 'pipeline_id', 'stage_id'], 'common_stage') }}
),

standard as (
    select * from {{ ref('standard_names') }}
    where kind = 'stage'
),

judged as (
    select
        portal_id,
        object_type,
        pipeline_id,
        stage_id,
        coalesce(stage_label, stage_id) as stage_label,
        display_order,
        is_deleted,
        coalesce(is_closed, ticket_state = 'CLOSED', false) as is_closed,
        -- HubSpot's metadata say how a stage ends, whatever it is called.
        case
            when object_type = 'tickets' and (ticket_state = 'CLOSED' or ticket_state is null and is_closed) then 'Closed'
            when object_type = 'deals' and is_closed and probability = 1 then 'Won'
            when object_type = 'deals' and is_closed then 'Lost'
        end as common_end
    from stages
),

-- What an open stage means only its portal knows; its place in the pipeline is the best guess.
placed as (
    select
        *,
        (array['Early', 'Middle', 'Late'])[
            ntile(3) over (
                partition by portal_id, object_type, pipeline_id, is_closed, is_deleted
                order by display_order, stage_id
            )
        ] as common_place
    from judged
)

select
    placed.portal_id,
    placed.object_type,
    placed.pipeline_id,
    placed.stage_id,
    placed.stage_label,
    coalesce(
        own.common_name,
        for_all.common_name,
        placed.common_end,
        standard.common_name,
        case when placed.is_closed then 'Closed' else placed.common_place end
    ) as common_stage,
    case
        when coalesce(own.common_name, for_all.common_name) is not null then 'mapped'
        when coalesce(placed.common_end, standard.common_name) is not null or placed.is_closed then 'standard'
        else 'place'
    end as basis,
    placed.is_deleted
from placed
left join mapping as own
    on
        own.portal_id = placed.portal_id
        and own.object_type = placed.object_type
        and own.pipeline_id = placed.pipeline_id
        and own.stage_id = placed.stage_id
left join mapping as for_all
    on
        for_all.is_for_all
        and for_all.object_type = placed.object_type
        and for_all.pipeline_id = placed.pipeline_id
        and for_all.stage_id = placed.stage_id
left join standard
    on
        standard.object_type = placed.object_type
        and standard.value = placed.stage_id
