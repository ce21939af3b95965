with

source as (
    select * from {{ raw('pipeline_stages') }}
),

full_reads as (
    select portal_id, read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = 'pipeline_stages'
),

renamed as (
    select
        -- ids
        source.portal_id,
        source.object_type,
        source.pipeline_id,
        source.id as stage_id,

        -- text
        source.label as stage_label,
        source.metadata ->> 'ticketState' as ticket_state,

        -- numerics
        source.display_order,
        {{ hubspot_numeric("(source.metadata ->> 'probability')") }} as probability,

        -- booleans
        {{ hubspot_boolean("source.metadata ->> 'isClosed'") }} as is_closed,

        -- timestamps
        source.created_at at time zone 'UTC' as created_at,
        source.updated_at at time zone 'UTC' as updated_at,
        source.synced_at at time zone 'UTC' as synced_at,

        {{ deleted_reason() }} as deleted_reason
    from source
    left join full_reads on full_reads.portal_id = source.portal_id
)

select
    *,
    deleted_reason is not null as is_deleted
from renamed
