select
    -- ids
    portal_id,
    date,
    source,

    -- numerics
    visits,
    visitors,
    returning_visits,
    raw_views,
    bounces,
    contacts,
    subscribers,
    leads,
    marketing_qualified_leads,
    sales_qualified_leads,
    opportunities,
    customers,

    -- timestamps
    synced_at
from {{ ref('base_hubspot__web_analytics_daily') }}
where not is_deleted
