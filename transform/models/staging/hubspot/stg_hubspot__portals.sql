-- A table, though it is staging: every local date needs it, and the time zones are files of the server.
{{ config(materialized='incremental', contract={'enforced': true}) }}

with

source as (
    select * from {{ raw('portals') }}
),

aliases as (
    select * from {{ ref('time_zone_aliases') }}
),

zones as (
    select name from pg_catalog.pg_timezone_names
),

renamed as (
    select
        -- ids
        source.portal_id,

        -- text
        coalesce(nullif(trim(source.company_name), ''), source.hub_domain, 'portal ' || source.portal_id) as portal_name,
        source.company_name,
        source.hub_domain,
        source.account_type,
        -- HubSpot still says "US/Eastern"; a server with a slim tzdata knows only "America/New_York".
        coalesce(known.name, known_by_alias.name, 'UTC') as time_zone,
        source.time_zone as hubspot_time_zone,
        upper(source.company_currency) as company_currency,
        source.additional_currencies,
        source.ui_domain,
        source.data_hosting_location,
        source.connection_status,
        source.auth_type,
        source.scopes,
        source.last_error_code,

        -- timestamps
        source.connected_at at time zone 'UTC' as connected_at,
        source.last_refresh_at at time zone 'UTC' as last_refresh_at,
        source.synced_at at time zone 'UTC' as synced_at
    from source
    left join zones as known on known.name = source.time_zone
    left join aliases on aliases.alias = source.time_zone
    left join zones as known_by_alias on known_by_alias.name = aliases.time_zone
)

select * from renamed
