with

source as (
    select * from {{ raw('property_history') }}
),

renamed as (
    select
        -- ids
        portal_id,
        object_type,
        record_id,

        -- text
        property as property_name,
        nullif(value, '') as value,
        source_type,
        source_id,
        source_label,
        updated_by_user_id,

        -- timestamps
        changed_at at time zone 'UTC' as changed_at,
        synced_at at time zone 'UTC' as synced_at
    from source
)

select * from renamed
