with

emails as (
    select * from {{ ref('stg_hubspot__marketing_emails') }}
),

portals as (
    select portal_id, portal_name from {{ ref('dim_portals') }}
)

select
    emails.portal_id,
    portals.portal_name,
    emails.email_id,
    coalesce(emails.email_name, emails.email_id) as email_name,
    emails.subject,
    emails.email_type,
    emails.state,
    emails.language,
    emails.from_name,
    emails.campaign_id,
    emails.campaign_name,
    emails.is_archived,
    emails.published_at,
    emails.published_date,
    emails.sent::bigint as sent,
    emails.delivered::bigint as delivered,
    emails.opened::bigint as opened,
    emails.clicked::bigint as clicked,
    emails.bounced::bigint as bounced,
    emails.hard_bounced::bigint as hard_bounced,
    emails.soft_bounced::bigint as soft_bounced,
    emails.unsubscribed::bigint as unsubscribed,
    emails.spam_reports::bigint as spam_reports,
    emails.opened / nullif(emails.delivered, 0) as open_rate,
    emails.clicked / nullif(emails.delivered, 0) as click_rate,
    emails.clicked / nullif(emails.opened, 0) as click_through_rate,
    emails.updated_at
from emails
inner join portals on portals.portal_id = emails.portal_id
