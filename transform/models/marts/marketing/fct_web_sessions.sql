with

web_analytics as (
    select * from {{ ref('stg_hubspot__web_analytics_daily') }}
),

portals as (
    select portal_id, portal_name from {{ ref('dim_portals') }}
)

select
    web_analytics.portal_id,
    portals.portal_name,
    web_analytics.date,
    web_analytics.source,
    web_analytics.visits as sessions,
    web_analytics.visitors,
    web_analytics.returning_visits as returning_sessions,
    web_analytics.raw_views as page_views,
    web_analytics.bounces,
    web_analytics.contacts,
    web_analytics.subscribers,
    web_analytics.leads,
    web_analytics.marketing_qualified_leads,
    web_analytics.sales_qualified_leads,
    web_analytics.opportunities,
    web_analytics.customers
from web_analytics
inner join portals on portals.portal_id = web_analytics.portal_id
