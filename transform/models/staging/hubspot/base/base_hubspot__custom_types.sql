-- Under which name the records of a custom object type have views of their own; portals that give a type the same name
-- share them.
with

source as (
    select * from {{ raw('object_schemas') }}
),

named as (
    select
        portal_id,
        id as object_type_id,
        name,
        coalesce(
            nullif(trim(both '_' from regexp_replace(lower(name), '[^a-z0-9]+', '_', 'g')), ''),
            replace(id, '-', '_')
        ) as slug
    from source
)

select
    portal_id,
    object_type_id,
    name as custom_name,
    'custom_' || case
        -- custom_objects_all_properties are the records of all types.
        when slug = 'objects' then 'objects_type'
        -- Names of views have room for the portal's id, too.
        when length(slug) > 24 then left(slug, 15) || '_' || left(md5(slug), 8)
        else slug
    end as object_name
from named
