-- One type of activity, $object_type: $share of a portal's $activities.
INSERT INTO hubspot_raw.$object_type
    (portal_id, id, created_at, updated_at, archived, archived_at, properties, associations, synced_at)
SELECT
    portal_id, (700000 + number)::text, happened, happened, number % 50 = 0, CASE WHEN number % 50 = 0 THEN happened END,
    jsonb_build_object(
        'hs_timestamp', bench.iso(happened), 'hubspot_owner_id', (901 + number % 40)::text,
        'hs_createdate', bench.iso(happened), 'hs_object_source', 'CRM_UI', 'hs_created_by_user_id', '100',
        'hs_call_title', 'About the quote', 'hs_call_duration', '240000', 'hs_call_direction', 'OUTBOUND',
        'hs_email_direction', 'EMAIL', 'hs_email_subject', 'Next steps', 'hs_email_status', 'SENT',
        'hs_email_to_email', 'contact' || number || '@customer.example', 'hs_task_status', 'COMPLETED'
    ),
    jsonb_build_object(
        'contacts', jsonb_build_array(jsonb_build_object(
            'id', (100001 + number % $contacts)::text,
            'types', jsonb_build_array(jsonb_build_object('category', 'HUBSPOT_DEFINED', 'type_id', 194, 'label', NULL))
        )),
        'companies', jsonb_build_array(jsonb_build_object(
            'id', (20001 + number % $companies)::text,
            'types', jsonb_build_array(jsonb_build_object('category', 'HUBSPOT_DEFINED', 'type_id', 182, 'label', NULL))
        ))
    ),
    now() AT TIME ZONE 'UTC'
FROM bench.portals CROSS JOIN generate_series(1, ($share * $activities)::int) AS number
CROSS JOIN LATERAL (SELECT bench.moment(portal_id, number, 13) AS happened) AS drawn;
