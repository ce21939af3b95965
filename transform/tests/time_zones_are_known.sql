{{ config(severity='warn') }}

select
    'portal ' || portal_id || ' (' || portal_name || '): '
    || case
        when hubspot_time_zone is null then 'its time zone is unknown'
        else 'PostgreSQL does not know the time zone "' || hubspot_time_zone || '"'
    end
    || '; its days are counted in UTC. Add the name to transform/definitions/time_zone_aliases.csv' as message
from {{ ref('stg_hubspot__portals') }}
where
    time_zone = 'UTC'
    and coalesce(hubspot_time_zone, '') not in (
        'UTC', 'Etc/UTC', 'GMT', 'Etc/GMT', 'UCT', 'Etc/UCT', 'Zulu', 'Etc/Zulu', 'Universal', 'Etc/Universal'
    )
