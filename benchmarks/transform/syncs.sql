-- The log of the runs: $runs of them, an hour apart, the last one just over; the first has read everything.
INSERT INTO hubspot_raw.portal_syncs
    (portal_id, run_id, stream, object_type, mode, status, records, requests, expected_total, started_at, finished_at,
     window_from, synced_at)
SELECT
    portal_id, 'run-' || started, stream, stream, CASE WHEN number = $runs THEN 'backfill' ELSE 'incremental' END,
    'ok', 10, 3, NULL, started, started + interval '1 minute',
    started, started + interval '1 minute'
FROM bench.portals CROSS JOIN generate_series(1, $runs) AS number
CROSS JOIN LATERAL (SELECT now() AT TIME ZONE 'UTC' - (number + 1) * interval '1 hour' AS started) AS begun
CROSS JOIN unnest(string_to_array('$streams', ',')) AS stream;

UPDATE hubspot_raw.portal_syncs SET expected_total = counted.live
FROM (
    SELECT portal_id, 'contacts' AS stream, count(*) AS live FROM hubspot_raw.contacts WHERE NOT archived GROUP BY portal_id
    UNION ALL
    SELECT portal_id, 'companies', count(*) FROM hubspot_raw.companies WHERE NOT archived GROUP BY portal_id
    UNION ALL
    SELECT portal_id, 'deals', count(*) FROM hubspot_raw.deals WHERE NOT archived GROUP BY portal_id
    UNION ALL
    SELECT portal_id, 'tickets', count(*) FROM hubspot_raw.tickets WHERE NOT archived GROUP BY portal_id
) AS counted
WHERE
    portal_syncs.mode = 'backfill' AND portal_syncs.portal_id = counted.portal_id AND portal_syncs.stream = counted.stream;
