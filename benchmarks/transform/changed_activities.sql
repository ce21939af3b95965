-- Of $object_type.
UPDATE hubspot_raw.$object_type SET
    archived = archived OR bench.draw(portal_id, id::bigint, 26) < 0.1,
    updated_at = now() AT TIME ZONE 'UTC', synced_at = now() AT TIME ZONE 'UTC'
WHERE bench.draw(portal_id, id::bigint, 25) < 0.01;
