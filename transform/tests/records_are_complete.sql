{{ config(severity='warn') }}

select
    'portal ' || portal_id || ' (' || portal_name || '): of ' || last_full_read_total || ' ' || stream
    || case when object_type not in ('', stream) then ' ' || object_type else '' end
    || ' that HubSpot counted at the last full read, ' || missing_rows || ' are missing. The next full read'
    || ' (full_read_days) brings them; if it does not, portal_health.last_reason may say why' as message
from {{ ref('portal_health') }}
-- Some are created while the rest are read, or merged since; and HubSpot's own count is a little late.
where missing_rows > greatest(10, last_full_read_total * 0.001)
