{{ config(severity='warn') }}

select
    'portal ' || portal_id || ' (' || portal_name || '): ' || count(*) || ' activities of type ' || activity_type
    || ' have no hs_timestamp that can be read (for example id ' || min(activity_id)
    || ') and count on no day. Correct it in HubSpot' as message
from {{ ref('fct_activities') }}
where happened_date is null
group by portal_id, portal_name, activity_type
