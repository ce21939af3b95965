with

source as (
    select * from {{ raw('exchange_rates') }}
),

portals as (
    select portal_id, time_zone from {{ ref('stg_hubspot__portals') }}
),

renamed as (
    select
        -- ids
        portal_id,
        id as exchange_rate_id,

        -- text
        upper(from_currency_code) as from_currency,
        upper(to_currency_code) as to_currency,

        -- numerics
        {{ hubspot_numeric('conversion_rate') }} as rate,

        -- timestamps
        effective_at at time zone 'UTC' as effective_at,
        created_at at time zone 'UTC' as created_at,
        updated_at at time zone 'UTC' as updated_at,
        synced_at at time zone 'UTC' as synced_at
    from source
)

select
    renamed.*,
    {{ portal_date('renamed.effective_at') }} as effective_date
from renamed
left join portals on portals.portal_id = renamed.portal_id
