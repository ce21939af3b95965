-- A KPI of marketing is one line of a `values` list below: its name, numerator and, of a ratio, denominator.

with

contacts as (
    select * from {{ ref('int_hubspot__contact_lifecycle') }}
),

spend as (
    select * from {{ ref('int_hubspot__marketing_spend') }}
),

web_sessions as (
    select * from {{ ref('stg_hubspot__web_analytics_daily') }}
),

emails as (
    select * from {{ ref('stg_hubspot__marketing_emails') }}
),

submissions as (
    select * from {{ ref('stg_hubspot__form_submissions') }}
),

forms as (
    select portal_id, form_id, form_name from {{ ref('stg_hubspot__forms') }}
),

contact_kpis as (
    select
        contacts.portal_id,
        measure.date,
        measure.kpi,
        contacts.source as dimension_id,
        contacts.source as dimension,
        count(*)::numeric as numerator,
        null::numeric as denominator
    from contacts
    cross join lateral (
        values
        ('new_contacts', contacts.created_date),
        ('mqls', contacts.mql_date),
        ('new_customers', contacts.customer_date)
    ) as measure (kpi, date)
    -- Not (yet) happened: no qualified lead, no customer.
    where measure.date is not null
    group by contacts.portal_id, measure.date, measure.kpi, contacts.source
),

spend_kpis as (
    select
        portal_id,
        month as date,
        'marketing_spend' as kpi,
        channel as dimension_id,
        channel as dimension,
        -- NULL if no part of it has a rate.
        sum(reporting_value) as numerator,
        null::numeric as denominator
    from spend
    group by portal_id, month, channel
),

session_kpis as (
    select
        portal_id,
        date,
        'sessions' as kpi,
        source as dimension_id,
        source as dimension,
        visits::numeric as numerator,
        null::numeric as denominator
    from web_sessions
    where date is not null
),

email_kpis as (
    select
        emails.portal_id,
        emails.published_date as date,
        measure.kpi,
        emails.email_id as dimension_id,
        coalesce(emails.email_name, emails.email_id) as dimension,
        measure.numerator,
        measure.denominator
    from emails
    cross join lateral (
        values
        ('emails_sent', emails.sent, null::numeric, false),
        ('emails_delivered', emails.delivered, null, false),
        ('emails_opened', emails.opened, null, false),
        ('emails_clicked', emails.clicked, null, false),
        ('emails_bounced', emails.bounced, null, false),
        ('emails_unsubscribed', emails.unsubscribed, null, false),
        ('email_open_rate', emails.opened, emails.delivered, true),
        ('email_click_rate', emails.clicked, emails.delivered, true),
        ('email_click_through_rate', emails.clicked, emails.opened, true)
    ) as measure (kpi, numerator, denominator, is_ratio)
    where
        -- A draft, or one that is still to go out, counts on no day.
        emails.published_date is not null
        -- Half a ratio would make the sum of all wrong.
        and (not measure.is_ratio or (measure.numerator is not null and measure.denominator is not null))
),

submission_kpis as (
    select
        submissions.portal_id,
        submissions.submitted_date as date,
        'form_submissions' as kpi,
        submissions.form_id as dimension_id,
        coalesce(forms.form_name, submissions.form_id) as dimension,
        count(*)::numeric as numerator,
        null::numeric as denominator
    from submissions
    left join forms
        on
            forms.portal_id = submissions.portal_id
            and forms.form_id = submissions.form_id
    where submissions.submitted_date is not null
    group by submissions.portal_id, submissions.submitted_date, submissions.form_id, forms.form_name
),

combined as (
    select * from contact_kpis
    union all
    select * from spend_kpis
    union all
    select * from session_kpis
    union all
    select * from email_kpis
    union all
    select * from submission_kpis
)

select
    portal_id,
    date,
    kpi,
    dimension_id,
    dimension,
    '' as sub_dimension_id,
    '' as sub_dimension,
    numerator,
    denominator
from combined
{{ in_order_of_questions() }}
