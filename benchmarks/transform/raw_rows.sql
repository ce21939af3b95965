-- Rows as the loader leaves them, made set by set. $contacts and the like are numbers of records of a portal.
CREATE SCHEMA bench;

-- Drawn by lot, but the same each time: between 0 and 1.
CREATE FUNCTION bench.draw(portal_id bigint, number bigint, purpose bigint) RETURNS double precision
    IMMUTABLE PARALLEL SAFE LANGUAGE sql
    RETURN (hashint8extended(portal_id * 1000003 + number, purpose) & 1048575)::double precision / 1048576;

CREATE FUNCTION bench.iso(moment timestamp) RETURNS text
    STABLE PARALLEL SAFE LANGUAGE sql
    RETURN to_char(moment, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- A moment of the last three years, later ones likelier: the business grows.
CREATE FUNCTION bench.moment(portal_id bigint, number bigint, purpose bigint) RETURNS timestamp
    STABLE PARALLEL SAFE LANGUAGE sql
    RETURN date_trunc('second', now() AT TIME ZONE 'UTC')
        - bench.draw(portal_id, number, purpose) ^ 1.4 * interval '1095 days';

CREATE TABLE bench.portals AS
SELECT
    40000000 + number::bigint AS portal_id,
    (ARRAY['Pacific/Auckland', 'America/New_York', 'Europe/Berlin', 'Asia/Tokyo', 'Europe/London'])[number % 5 + 1] AS time_zone,
    (ARRAY['USD', 'EUR', 'GBP', 'JPY'])[number % 4 + 1] AS currency
FROM generate_series(1, $portals) AS number;

-- What real records have beside the properties that anything is made of.
CREATE TABLE bench.fillers AS
SELECT jsonb_object_agg('custom_property_' || number, md5(number::text)) AS properties
FROM generate_series(1, 14) AS number;

-- Catalogues ---------------------------------------------------------------------------------------------------

INSERT INTO hubspot_raw.portals
    (portal_id, company_name, hub_domain, account_type, time_zone, company_currency, ui_domain, connection_status,
     auth_type, scopes, connected_at, synced_at)
SELECT
    portal_id, 'Company ' || portal_id, 'company-' || portal_id || '.example', 'STANDARD', time_zone, currency,
    'app.hubspot.com', 'active', 'oauth', 'oauth', now() - interval '2 years', now() AT TIME ZONE 'UTC'
FROM bench.portals;

INSERT INTO hubspot_raw.owners
    (portal_id, id, email, first_name, last_name, user_id, type, archived, created_at, updated_at, synced_at)
SELECT
    portal_id, (900 + number)::text, 'owner' || number || '@company.example', 'First' || number, 'Last' || number,
    number::text, 'PERSON', false, now() - interval '2 years', now() - interval '1 year', now() AT TIME ZONE 'UTC'
FROM bench.portals CROSS JOIN generate_series(1, 40) AS number;

INSERT INTO hubspot_raw.pipelines
    (portal_id, object_type, id, label, display_order, archived, created_at, updated_at, synced_at)
SELECT
    portal_id, object_type, 'p' || number, 'Pipeline ' || number, number, false, now() - interval '3 years',
    now() - interval '3 years', now() AT TIME ZONE 'UTC'
FROM bench.portals CROSS JOIN (VALUES ('deals'), ('tickets')) AS types (object_type) CROSS JOIN generate_series(0, 2) AS number;

INSERT INTO hubspot_raw.pipeline_stages
    (portal_id, object_type, pipeline_id, id, label, display_order, metadata, archived, created_at, updated_at, synced_at)
SELECT
    portal_id, object_type, 'p' || number, 'p' || number || '-' || stage, 'Stage ' || stage, position,
    CASE object_type
        WHEN 'deals' THEN jsonb_build_object('isClosed', (position > 3)::text, 'probability', probability)
        ELSE jsonb_build_object(
            'isClosed', (position > 3)::text, 'ticketState', CASE WHEN position > 3 THEN 'CLOSED' ELSE 'OPEN' END
        )
    END,
    false, now() - interval '3 years', now() - interval '3 years', now() AT TIME ZONE 'UTC'
FROM bench.portals CROSS JOIN (VALUES ('deals'), ('tickets')) AS types (object_type) CROSS JOIN generate_series(0, 2) AS number
CROSS JOIN (
    VALUES ('1', 1, '0.2'), ('2', 2, '0.5'), ('3', 3, '0.8'), ('won', 4, '1.0'), ('lost', 5, '0.0')
) AS stages (stage, position, probability);

INSERT INTO hubspot_raw.properties
    (portal_id, object_type, name, label, type, field_type, group_name, calculated, hidden, hubspot_defined, archived,
     created_at, updated_at, synced_at)
SELECT
    portal_id, object_type, 'custom_property_' || number, 'Custom property ' || number,
    (ARRAY['string', 'number', 'date', 'datetime', 'bool', 'enumeration'])[number % 6 + 1], 'text', 'custom',
    false, false, false, false, now() - interval '3 years', now() - interval '3 years', now() AT TIME ZONE 'UTC'
FROM bench.portals
CROSS JOIN (VALUES ('contacts'), ('companies'), ('deals'), ('tickets'), ('calls')) AS types (object_type)
CROSS JOIN generate_series(1, 200) AS number;

-- Records ------------------------------------------------------------------------------------------------------

INSERT INTO hubspot_raw.companies
    (portal_id, id, created_at, updated_at, archived, archived_at, properties, associations, synced_at)
SELECT
    portal_id, (20000 + number)::text, created, created + interval '20 days', number % 50 = 0,
    CASE WHEN number % 50 = 0 THEN created + interval '20 days' END,
    fillers.properties || jsonb_build_object(
        'name', 'Customer ' || number, 'domain', 'customer-' || number || '.example', 'industry', 'RETAIL',
        'country', 'Germany', 'lifecyclestage', 'lead', 'hubspot_owner_id', (901 + number % 40)::text,
        'createdate', bench.iso(created)
    ),
    '{}', now() AT TIME ZONE 'UTC'
FROM bench.portals CROSS JOIN bench.fillers CROSS JOIN generate_series(1, $companies) AS number
CROSS JOIN LATERAL (SELECT bench.moment(portal_id, number, 1) AS created) AS drawn;

INSERT INTO hubspot_raw.contacts
    (portal_id, id, created_at, updated_at, archived, archived_at, merged_into, properties, associations, synced_at)
SELECT
    portal_id, (100000 + number)::text, created, created + interval '20 days', number % 50 = 0,
    CASE WHEN number % 50 = 0 THEN created + interval '20 days' END,
    CASE WHEN number % 200 = 0 THEN (100001 + number)::text END,
    fillers.properties || jsonb_build_object(
        'email', 'contact' || number || '@customer-' || number % 997 || '.example', 'firstname', 'First' || number % 499,
        'lastname', 'Last' || number % 997, 'jobtitle', 'Buyer', 'country', 'Germany', 'city', 'City ' || number % 211,
        'hs_analytics_source',
        (ARRAY['ORGANIC_SEARCH', 'PAID_SEARCH', 'REFERRALS', 'DIRECT_TRAFFIC', 'EMAIL_MARKETING', 'OFFLINE', NULL])[number % 7 + 1],
        'hubspot_owner_id', (901 + number % 40)::text, 'associatedcompanyid', (20001 + number % $companies)::text,
        'createdate', bench.iso(created), 'lastmodifieddate', bench.iso(created + interval '20 days')
    ) || jsonb_build_object(
        'lifecyclestage', CASE WHEN luck < 0.06 THEN 'customer' WHEN luck < 0.3 THEN 'marketingqualifiedlead' ELSE 'lead' END,
        'hs_v2_date_entered_lead', bench.iso(created)
    ) || CASE WHEN luck < 0.3
        THEN jsonb_build_object('hs_v2_date_entered_marketingqualifiedlead', bench.iso(created + interval '9 days')) ELSE '{}'
    END || CASE WHEN luck < 0.06
        THEN jsonb_build_object('hs_v2_date_entered_customer', bench.iso(created + interval '40 days')) ELSE '{}'
    END,
    jsonb_build_object('companies', jsonb_build_array(jsonb_build_object(
        'id', (20001 + number % $companies)::text,
        'types', jsonb_build_array(jsonb_build_object('category', 'HUBSPOT_DEFINED', 'type_id', 1, 'label', 'Primary'))
    ))),
    now() AT TIME ZONE 'UTC'
FROM bench.portals CROSS JOIN bench.fillers CROSS JOIN generate_series(1, $contacts) AS number
CROSS JOIN LATERAL (
    SELECT bench.moment(portal_id, number, 2) AS created, bench.draw(portal_id, number, 3) AS luck
) AS drawn;

INSERT INTO hubspot_raw.deals
    (portal_id, id, created_at, updated_at, archived, archived_at, properties, associations, synced_at)
SELECT
    portal_id, (300000 + number)::text, created, closes, number % 50 = 0, CASE WHEN number % 50 = 0 THEN closes END,
    fillers.properties || jsonb_build_object(
        'dealname', 'Deal ' || number, 'pipeline', 'p' || number % 3, 'dealstage', 'p' || number % 3 || '-' || stage,
        'dealtype', 'newbusiness', 'amount', amount::text, 'deal_currency_code', currency,
        'amount_in_home_currency', amount::text, 'hs_exchange_rate', '1',
        'hs_deal_stage_probability', CASE stage WHEN 'won' THEN '1.0' WHEN 'lost' THEN '0.0' ELSE '0.5' END,
        'hs_is_closed', (stage IN ('won', 'lost'))::text, 'hs_is_closed_won', (stage = 'won')::text,
        'hubspot_owner_id', (901 + number % 40)::text, 'hs_analytics_source', 'REFERRALS',
        'createdate', bench.iso(created), 'closedate', bench.iso(closes),
        'hs_v2_date_entered_p' || number % 3 || '-1', bench.iso(created)
    ) || jsonb_build_object('hs_v2_date_entered_p' || number % 3 || '-' || stage, bench.iso(closes - interval '1 day')),
    jsonb_build_object(
        'companies', jsonb_build_array(jsonb_build_object(
            'id', (20001 + number % $companies)::text,
            'types', jsonb_build_array(jsonb_build_object('category', 'HUBSPOT_DEFINED', 'type_id', 5, 'label', 'Primary'))
        )),
        'contacts', jsonb_build_array(jsonb_build_object(
            'id', (100001 + number % $contacts)::text,
            'types', jsonb_build_array(jsonb_build_object('category', 'HUBSPOT_DEFINED', 'type_id', 3, 'label', NULL))
        ))
    ),
    now() AT TIME ZONE 'UTC'
FROM bench.portals CROSS JOIN bench.fillers CROSS JOIN generate_series(1, $deals) AS number
CROSS JOIN LATERAL (
    SELECT bench.moment(portal_id, number, 4) AS created, bench.draw(portal_id, number, 5) AS luck
) AS drawn
CROSS JOIN LATERAL (
    SELECT
        created + (5 + luck * 90) * interval '1 day' AS closes,
        round(exp(7 + 3 * luck)::numeric, 2) AS amount,
        CASE
            WHEN created > now() AT TIME ZONE 'UTC' - interval '95 days' THEN (1 + number % 3)::text
            WHEN bench.draw(portal_id, number, 6) < 0.35 THEN 'won'
            ELSE 'lost'
        END AS stage
) AS outcome;

INSERT INTO hubspot_raw.tickets
    (portal_id, id, created_at, updated_at, archived, archived_at, properties, associations, synced_at)
SELECT
    portal_id, (400000 + number)::text, created, created + interval '3 days', number % 50 = 0,
    CASE WHEN number % 50 = 0 THEN created + interval '3 days' END,
    fillers.properties || jsonb_build_object(
        'subject', 'Ticket ' || number, 'hs_pipeline', 'p' || number % 3,
        'hs_pipeline_stage', 'p' || number % 3 || CASE WHEN number % 5 = 0 THEN '-2' ELSE '-won' END,
        'hs_ticket_priority', 'HIGH', 'hubspot_owner_id', (901 + number % 40)::text, 'createdate', bench.iso(created),
        'hs_v2_date_entered_p' || number % 3 || '-1', bench.iso(created)
    ) || CASE WHEN number % 5 = 0 THEN '{}' ELSE jsonb_build_object(
        'closed_date', bench.iso(created + interval '2 days'),
        'hs_v2_date_entered_p' || number % 3 || '-won', bench.iso(created + interval '2 days')
    ) END || CASE WHEN number % 4 = 0 THEN '{}' ELSE jsonb_build_object(
        'hs_time_to_first_response_in_operating_hours', (round(36000000 * bench.draw(portal_id, number, 7)))::text
    ) END,
    jsonb_build_object('contacts', jsonb_build_array(jsonb_build_object(
        'id', (100001 + number % $contacts)::text,
        'types', jsonb_build_array(jsonb_build_object('category', 'HUBSPOT_DEFINED', 'type_id', 16, 'label', NULL))
    ))),
    now() AT TIME ZONE 'UTC'
FROM bench.portals CROSS JOIN bench.fillers CROSS JOIN generate_series(1, $tickets) AS number
CROSS JOIN LATERAL (SELECT bench.moment(portal_id, number, 8) AS created) AS drawn;

INSERT INTO hubspot_raw.feedback_submissions
    (portal_id, id, created_at, updated_at, archived, properties, associations, synced_at)
SELECT
    portal_id, (500000 + number)::text, created, created, false,
    jsonb_build_object(
        'hs_survey_id', (1000 + number % 3)::text, 'hs_survey_name', 'Survey ' || number % 3,
        'hs_survey_type', (ARRAY['CSAT', 'csat', 'NPS'])[number % 3 + 1], 'hs_value', (1 + number % 5)::text,
        'hs_submission_timestamp', bench.iso(created), 'hs_createdate', bench.iso(created)
    ),
    '{}', now() AT TIME ZONE 'UTC'
FROM bench.portals CROSS JOIN generate_series(1, $feedback) AS number
CROSS JOIN LATERAL (SELECT bench.moment(portal_id, number, 9) AS created) AS drawn;

-- History, marketing, runs -------------------------------------------------------------------------------------

INSERT INTO hubspot_raw.property_history
    (portal_id, object_type, record_id, property, changed_at, value, source_type, synced_at)
SELECT
    records.portal_id, records.object_type, records.id, records.property,
    entered.value::timestamp, substr(entered.key, length('hs_v2_date_entered_') + 1), 'CRM_UI', now() AT TIME ZONE 'UTC'
FROM (
    SELECT portal_id, id, 'deals' AS object_type, 'dealstage' AS property, properties FROM hubspot_raw.deals
    UNION ALL
    SELECT portal_id, id, 'contacts', 'lifecyclestage', properties FROM hubspot_raw.contacts
    UNION ALL
    SELECT portal_id, id, 'tickets', 'hs_pipeline_stage', properties FROM hubspot_raw.tickets
) AS records
CROSS JOIN LATERAL jsonb_each_text(records.properties) AS entered
WHERE starts_with(entered.key, 'hs_v2_date_entered_');

INSERT INTO hubspot_raw.property_history
    (portal_id, object_type, record_id, property, changed_at, value, source_type, synced_at)
SELECT
    deals.portal_id, 'deals', deals.id, property, deals.created_at, deals.properties ->> property, 'CRM_UI',
    now() AT TIME ZONE 'UTC'
FROM hubspot_raw.deals CROSS JOIN (VALUES ('amount'), ('closedate')) AS tracked (property);

INSERT INTO hubspot_raw.forms
    (portal_id, id, name, form_type, definition, archived, created_at, updated_at, synced_at)
SELECT
    portal_id, 'form-' || number, 'Form ' || number, 'hubspot', '{}', false, now() - interval '3 years',
    now() - interval '1 year', now() AT TIME ZONE 'UTC'
FROM bench.portals CROSS JOIN generate_series(0, 19) AS number;

INSERT INTO hubspot_raw.form_submissions (portal_id, form_id, id, submitted_at, page_url, "values", synced_at)
SELECT
    portal_id, 'form-' || number % 20, number::text, bench.moment(portal_id, number, 10), 'https://company.example/',
    jsonb_build_object('values', jsonb_build_array(
        jsonb_build_object('name', 'email', 'value', 'contact' || number || '@customer.example', 'object_type_id', '0-1')
    )),
    now() AT TIME ZONE 'UTC'
FROM bench.portals CROSS JOIN generate_series(1, $submissions) AS number;

INSERT INTO hubspot_raw.marketing_emails
    (portal_id, id, name, subject, type, state, is_published, published_at, statistics, details, archived, created_at,
     updated_at, synced_at)
SELECT
    portal_id, (600000 + number)::text, 'Newsletter ' || number, 'News', 'BATCH_EMAIL', 'PUBLISHED', true, published,
    jsonb_build_object('counters', jsonb_build_object(
        'sent', 2000, 'delivered', 1950, 'open', 600 + number, 'click', 40 + number % 50, 'bounce', 50, 'unsubscribed', 5
    )),
    '{}', false, published - interval '1 day', published, now() AT TIME ZONE 'UTC'
FROM bench.portals CROSS JOIN generate_series(1, $marketing_emails) AS number
CROSS JOIN LATERAL (SELECT bench.moment(portal_id, number, 11) AS published) AS drawn;

INSERT INTO hubspot_raw.web_analytics_daily
    (portal_id, date, source, visits, visitors, returning_visits, raw_views, bounces, contacts, metrics, synced_at)
SELECT
    portal_id, (current_date - number)::text, source, 20 + number % 90, 15 + number % 60, 5, 100, 10, 1, '{}',
    now() AT TIME ZONE 'UTC'
FROM bench.portals CROSS JOIN generate_series(0, $days) AS number
CROSS JOIN (
    VALUES ('direct'), ('organic'), ('referrals'), ('social'), ('email'), ('paid'), ('paid-social'), ('offline'), ('other')
) AS sources (source);

INSERT INTO hubspot_raw.campaigns
    (portal_id, id, name, currency_code, properties, created_at, updated_at, synced_at)
SELECT
    portal_id, 'campaign-' || number, 'Campaign ' || number, currency, '{}', now() - interval '3 years',
    now() - interval '1 year', now() AT TIME ZONE 'UTC'
FROM bench.portals CROSS JOIN generate_series(0, 29) AS number;

INSERT INTO hubspot_raw.campaign_spend_items
    (portal_id, campaign_id, id, name, amount, currency_code, sort_order, created_at, updated_at, synced_at)
SELECT
    portal_id, 'campaign-' || number % 30, number::text, 'Ads', (100 + number)::text, currency, number,
    bench.moment(portal_id, number, 12), now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
FROM bench.portals CROSS JOIN generate_series(0, 300) AS number;
