with

owners as (
    select * from {{ ref('stg_hubspot__owners') }}
),

users as (
    select portal_id, user_id, primary_team_id from {{ ref('stg_hubspot__users') }}
),

teams as (
    select portal_id, team_id, team_name from {{ ref('stg_hubspot__teams') }}
),

portals as (
    select portal_id, portal_name from {{ ref('dim_portals') }}
),

-- A jsonpath gives nothing, where jsonb_array_elements() would fail, for an owner without teams.
teams_of_owners as (
    select
        owners.portal_id,
        owners.owner_id,
        string_agg(team ->> 'name', ', ' order by team ->> 'name') as team_names,
        min(team ->> 'id') filter (where team -> 'primary' = 'true') as primary_team_id,
        min(team ->> 'name') filter (where team -> 'primary' = 'true') as primary_team_name
    from owners
    cross join lateral jsonb_path_query(owners.teams, '$[*]') as team
    group by owners.portal_id, owners.owner_id
)

select
    owners.portal_id,
    portals.portal_name,
    owners.owner_id,
    owners.owner_name,
    owners.email,
    owners.owner_type,
    owners.user_id,
    coalesce(teams_of_owners.primary_team_id, users.primary_team_id) as primary_team_id,
    coalesce(teams_of_owners.primary_team_name, teams.team_name) as primary_team_name,
    coalesce(teams_of_owners.team_names, teams.team_name) as team_names,
    not owners.is_deleted as is_active,
    owners.created_at
from owners
inner join portals on portals.portal_id = owners.portal_id
left join teams_of_owners
    on
        teams_of_owners.portal_id = owners.portal_id
        and teams_of_owners.owner_id = owners.owner_id
left join users
    on
        users.portal_id = owners.portal_id
        and users.user_id = owners.user_id
left join teams
    on
        teams.portal_id = users.portal_id
        and teams.team_id = users.primary_team_id
