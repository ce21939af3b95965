with

source as (
    select * from {{ raw('association_labels') }}
),

full_reads as (
    select portal_id, read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = 'association_labels'
),

renamed as (
    select
        -- ids
        source.portal_id,
        source.from_object_type,
        source.to_object_type,
        source.category,
        source.type_id,

        -- text (HubSpot's plain link between two types has no label)
        source.label,

        -- timestamps
        source.synced_at at time zone 'UTC' as synced_at,

        -- HubSpot archives no label: it is on the list or gone.
        case when source.synced_at at time zone 'UTC' < full_reads.read_from then 'missing' end as deleted_reason
    from source
    left join full_reads on full_reads.portal_id = source.portal_id
)

select
    *,
    deleted_reason is not null as is_deleted
from renamed
