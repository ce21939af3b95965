{#-
    Let analysts read what this build made: the role hubspot_analyst (`hubspot-auth grant-roles` makes it) and the three
    schemas of data; the tokens' schema is not ours to give. Only what is missing is granted, and only what our user may
    grant. New tables of our user are readable at once, so that nobody loses a table while it is made anew.
-#}
{% macro grant_to_analysts() -%}
do $$
declare
    granted text;
begin
    if to_regrole('hubspot_analyst') is null then
        return;
    end if;
    for granted in
        with

        schemas as (
            select oid, nspname, nspowner
            from pg_catalog.pg_namespace
            where nspname in ('{{ data_schemas() | join("', '") }}')
        )

        select format('grant usage on schema %I to hubspot_analyst', nspname)
        from schemas
        where
            pg_has_role(nspowner, 'usage')
            and not has_schema_privilege('hubspot_analyst', oid, 'usage')

        union all

        select format('alter default privileges in schema %I grant select on tables to hubspot_analyst', nspname)
        from schemas
        where
            has_schema_privilege(oid, 'create')
            and not exists (
                select 1
                from pg_catalog.pg_default_acl as defaults
                cross join lateral aclexplode(defaults.defaclacl) as acl
                where
                    defaults.defaclrole = current_user::regrole
                    and defaults.defaclnamespace = schemas.oid
                    and defaults.defaclobjtype = 'r'
                    and acl.grantee = 'hubspot_analyst'::regrole
                    and acl.privilege_type = 'SELECT'
            )

        union all

        select format('grant select on %I.%I to hubspot_analyst', schemas.nspname, relations.relname)
        from pg_catalog.pg_class as relations
        inner join schemas on schemas.oid = relations.relnamespace
        where
            relations.relkind in ('r', 'p', 'v', 'm')
            and pg_has_role(relations.relowner, 'usage')
            and not has_table_privilege('hubspot_analyst', relations.oid, 'select')
    loop
        execute granted;
    end loop;
end
$$
{%- endmacro %}

{#- What analysts read. -#}
{% macro data_schemas() -%}
    {{ return(['hubspot_raw', 'hubspot_staging', 'hubspot_marts']) }}
{%- endmacro %}

{#- Say what analysts can't read and our user may not give them; an on-run-end hook, after grant_to_analysts. -#}
{% macro tell_unreadable() -%}
    {%- set found -%}
        select namespaces.nspname, count(*) as relations
        from pg_catalog.pg_roles as analysts
        cross join pg_catalog.pg_namespace as namespaces
        inner join pg_catalog.pg_class as relations on relations.relnamespace = namespaces.oid
        where
            analysts.rolname = 'hubspot_analyst'
            and namespaces.nspname in ('{{ data_schemas() | join("', '") }}')
            and relations.relkind in ('r', 'p', 'v', 'm')
            and not (
                has_schema_privilege(analysts.oid, namespaces.oid, 'usage')
                and has_table_privilege(analysts.oid, relations.oid, 'select')
            )
        group by namespaces.nspname
        order by namespaces.nspname
    {%- endset -%}
    {%- if execute -%}
        {%- for row in run_query(found) -%}
            {%- do log(
                'WARNING role hubspot_analyst can not read ' ~ row['relations'] ~ ' tables of ' ~ row['nspname']
                ~ ', and ' ~ target.user ~ ' may not let it: run hubspot-auth grant-roles', info=true
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
