with

-- Also archived ones: what an e-mail has sent stays sent when somebody tidies up.
kept as (
    select * from {{ ref('base_hubspot__marketing_emails') }}
    where deleted_reason is distinct from 'missing'
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
)

select
    -- ids
    kept.portal_id,
    kept.email_id,
    kept.campaign_id,
    kept.primary_email_campaign_id,

    -- text
    kept.email_name,
    kept.subject,
    kept.email_type,
    kept.state,
    kept.from_name,
    kept.reply_to,
    kept.language,
    kept.campaign_name,
    kept.campaign_utm,

    -- numerics
    {{ hubspot_numeric('counter.sent') }} as sent,
    {{ hubspot_numeric('counter.delivered') }} as delivered,
    {{ hubspot_numeric('counter.open') }} as opened,
    {{ hubspot_numeric('counter.click') }} as clicked,
    {{ hubspot_numeric('counter.bounce') }} as bounced,
    {{ hubspot_numeric('counter.hardbounced') }} as hard_bounced,
    {{ hubspot_numeric('counter.softbounced') }} as soft_bounced,
    {{ hubspot_numeric('counter.unsubscribed') }} as unsubscribed,
    {{ hubspot_numeric('counter.spamreport') }} as spam_reports,

    -- booleans
    kept.is_published,
    kept.is_deleted as is_archived,

    -- timestamps
    kept.published_at,
    kept.created_at,
    kept.updated_at,
    kept.archived_at,
    kept.synced_at,

    -- dates
    {{ portal_date('kept.published_at') }} as published_date
from kept
cross join lateral jsonb_to_record(kept.counters) as counter (
    sent text,
    delivered text,
    open text,
    click text,
    bounce text,
    hardbounced text,
    softbounced text,
    unsubscribed text,
    spamreport text
)
left join portals on portals.portal_id = kept.portal_id
