-- The records that an activity is about. A record may be gone that a live activity still names: join the live ones.
with

activities as (
    {{ live_activities('associations') }}
)

-- A record is listed once for each label of its association.
select distinct
    activities.portal_id,
    activities.activity_type,
    activities.activity_id,
    record_type.object_type,
    record ->> 'id' as record_id
from activities
cross join lateral (
    values
    ('contacts', activities.associations -> 'contacts'),
    ('companies', activities.associations -> 'companies'),
    ('deals', activities.associations -> 'deals'),
    ('tickets', activities.associations -> 'tickets')
) as record_type (object_type, records)
-- A jsonpath gives nothing, where jsonb_array_elements() would fail, for what is no list.
cross join lateral jsonb_path_query(record_type.records, '$[*]') as record
where jsonb_typeof(record -> 'id') = 'string'
