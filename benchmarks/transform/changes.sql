-- What an hour brings: 1 % of the records have changed, a few of them are gone.
UPDATE hubspot_raw.contacts SET
    properties = properties || jsonb_build_object(
        'lifecyclestage', 'customer', 'hs_v2_date_entered_customer', bench.iso(now() AT TIME ZONE 'UTC')
    ),
    updated_at = now() AT TIME ZONE 'UTC', synced_at = now() AT TIME ZONE 'UTC'
WHERE bench.draw(portal_id, id::bigint, 21) < 0.01;

UPDATE hubspot_raw.deals SET
    properties = properties || jsonb_build_object(
        'dealstage', (properties ->> 'pipeline') || '-won', 'hs_is_closed', 'true', 'hs_is_closed_won', 'true',
        'closedate', bench.iso(now() AT TIME ZONE 'UTC')
    ),
    updated_at = now() AT TIME ZONE 'UTC', synced_at = now() AT TIME ZONE 'UTC'
WHERE bench.draw(portal_id, id::bigint, 22) < 0.01;

INSERT INTO hubspot_raw.property_history
    (portal_id, object_type, record_id, property, changed_at, value, source_type, synced_at)
SELECT
    portal_id, 'deals', id, 'dealstage', now() AT TIME ZONE 'UTC', properties ->> 'dealstage', 'CRM_UI',
    now() AT TIME ZONE 'UTC'
FROM hubspot_raw.deals
WHERE bench.draw(portal_id, id::bigint, 22) < 0.01;

UPDATE hubspot_raw.companies SET updated_at = now() AT TIME ZONE 'UTC', synced_at = now() AT TIME ZONE 'UTC'
WHERE bench.draw(portal_id, id::bigint, 23) < 0.01;

UPDATE hubspot_raw.tickets SET
    properties = properties || jsonb_build_object('hs_pipeline_stage', (properties ->> 'hs_pipeline') || '-2'),
    updated_at = now() AT TIME ZONE 'UTC', synced_at = now() AT TIME ZONE 'UTC'
WHERE bench.draw(portal_id, id::bigint, 24) < 0.01;

INSERT INTO hubspot_raw.portal_syncs
    (portal_id, run_id, stream, object_type, mode, status, records, requests, started_at, finished_at, window_from,
     synced_at)
SELECT
    portal_id, 'run-' || now(), stream, object_type, 'incremental', 'ok', 10, 3, now() AT TIME ZONE 'UTC',
    now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
FROM hubspot_raw.portal_syncs
WHERE mode = 'backfill';
