{#-
    The body of a model <object>_all_properties: the plan of its views, which the materialization property_views carries
    out. The views' own SQL is not known before the properties are.
-#}
{% macro all_properties(object_name) -%}
-- Of: {{ ref('base_hubspot__' ~ object_name) }}, {{ ref('dim_portals') }}
select
    for_portal_id,
    object_name,
    property_name,
    column_name,
    data_type,
    comment,
    view_name
from {{ ref('int_hubspot__property_columns') }}
where
    object_name = '{{ object_name }}'
    {%- if object_name == 'custom_objects' %}
    -- Their types are the portals' own: {{ ref('base_hubspot__custom_types') }}.
    or object_name like 'custom\_%'
    {%- endif %}
order by for_portal_id nulls first, object_name, number
{%- endmacro %}

{#- Views, for a table can't hold rows of so many columns, and nobody reads all of them. -#}
{% materialization property_views, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks, inside_transaction=false) }}
    {{ run_hooks(pre_hooks, inside_transaction=true) }}
    {%- set stream = model.name | replace('_all_properties', '') -%}
    {%- set views = property_views(stream, run_query(sql)) -%}
    {%- if existing is not none and existing.type != 'view' -%}
        {{ adapter.drop_relation(existing) }}
    {%- endif -%}
    {%- call statement('main') -%}
        {{ replace_property_views(stream, views, all_portals=true) }}
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=true) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=false) }}
    {%- set relations = [] -%}
    {%- for view in views -%}
        {%- do relations.append(view.relation) -%}
    {%- endfor -%}
    {{ return({'relations': relations}) }}
{% endmaterialization %}

{#-
    The views of a stream, as the rows of a plan want them. A stream has a view also if nobody knows its properties yet;
    custom_objects has one of all records beside those of the types.
-#}
{% macro property_views(stream, plan, for_portal_id=none) -%}
    {%- set views = {} -%}
    {%- set base = ref('base_hubspot__' ~ stream) -%}
    {%- set first = stream ~ '_all_properties' ~ ('_p' ~ for_portal_id if for_portal_id is not none else '') -%}
    {%- do views.update({first: _property_view(base, first, for_portal_id, stream)}) -%}
    {%- for row in plan -%}
        {%- if row['view_name'] not in views -%}
            {%- set portal = row['for_portal_id'] | int if row['for_portal_id'] is not none else none -%}
            {%- do views.update({row['view_name']: _property_view(base, row['view_name'], portal, row['object_name'])}) -%}
        {%- endif -%}
        {%- do views[row['view_name']].columns.append(row) -%}
    {%- endfor -%}
    {{ return(views.values() | list) }}
{%- endmacro %}

{% macro _property_view(base, name, for_portal_id, object_name) -%}
    {{ return({
        'base': base,
        'relation': api.Relation.create(
            database=target.database, schema='hubspot_marts', identifier=name, type='view'
        ),
        'for_portal_id': for_portal_id,
        'object_name': object_name,
        'columns': [],
    }) }}
{%- endmacro %}

{#- A new property's column comes after those that the view `has`, so that PostgreSQL can replace it where it stands. -#}
{% macro replace_property_view(view, has) -%}
    {%- set to_come = {} -%}
    {%- for column in view.columns -%}
        {%- do to_come.update({column['column_name']: column}) -%}
    {%- endfor -%}
    {%- set columns = [] -%}
    {%- for name in has if name in to_come -%}
        {%- do columns.append(to_come.pop(name)) -%}
    {%- endfor -%}
    {%- do columns.extend(to_come.values()) -%}
    {%- set is_custom_type = view.object_name.startswith('custom_') and view.object_name != 'custom_objects' -%}
    {#- Whatever the base model calls its id. -#}
    {%- set ids = [] -%}
    {%- for column in adapter.get_columns_in_relation(view.base) if column.name not in [
        'portal_id', 'merged_into', 'created_at', 'updated_at', 'archived_at', 'synced_at', 'properties', 'associations',
        'deleted_reason', 'is_deleted',
    ] -%}
        {%- do ids.append(column.name) -%}
    {%- endfor %}
    {%- set sql -%}
    select
        live.portal_id,
        portals.portal_name,
        {%- for id in ids %}
        live.{{ id }},
        {%- endfor %}
        live.created_at,
        live.updated_at,
        live.synced_at
        {%- for column in columns %}
        {%- set value = "(object.properties ->> " ~ sql_text(column['property_name']) ~ ")" %},
        {{ _typed(value, column['data_type']) }} as {{ adapter.quote(column['column_name']) }}
        {%- endfor %}
    from {{ view.base }} as live
    {%- if is_custom_type %}
    inner join {{ ref('base_hubspot__custom_types') }} as types
        on types.portal_id = live.portal_id
        and types.object_type_id = live.object_type_id
        and types.object_name = '{{ view.object_name }}'
    {%- endif %}
    left join {{ ref('dim_portals') }} as portals on portals.portal_id = live.portal_id
    -- Unpacks the object once for all columns (offset 0 keeps it apart), and each column takes what it needs of it: ten
    -- times faster than jsonb_to_record for the few columns that a query reads, and no slower for all.
    cross join lateral (select live.properties || '{}'::jsonb as properties offset 0) as object
    where
        not live.is_deleted
        {%- if view.for_portal_id is not none %}
        and live.portal_id = {{ view.for_portal_id }}
        {%- endif %}
    {%- endset %}
    {{ replace_view(view.relation, sql) }}

    comment on view {{ view.relation }} is {{ sql_text(
        'Live ' ~ view.object_name ~ (
            ' of portal ' ~ view.for_portal_id if view.for_portal_id is not none else ' of all portals'
        ) ~ ', with each property as a typed column; dim_properties knows which is where. Made anew by dbt.'
    ) }};
    {%- set core = {
        'portal_id': "HubSpot account (\"portal\") the row belongs to. Part of every key.",
        'portal_name': 'Name of the portal.',
        'object_type_id': 'Id of the custom object type.',
        'object_name': 'Name of the custom object type.',
        'created_at': 'When the record was created, as HubSpot gives it outside the properties.',
        'updated_at': 'When HubSpot last changed the record.',
        'synced_at': 'When the tap read this version of the row.',
    } %}
    {%- for name in ['portal_id', 'portal_name'] + ids + ['created_at', 'updated_at', 'synced_at'] %}
    comment on column {{ view.relation }}.{{ name }} is {{ sql_text(core.get(name, "HubSpot's id of the record.")) }};
    {%- endfor %}
    {%- for column in columns %}
    comment on column {{ view.relation }}.{{ adapter.quote(column['column_name']) }} is {{ sql_text(column['comment']) }};
    {%- endfor %}
{%- endmacro %}

{% macro _typed(value, data_type) -%}
    {%- if data_type == 'numeric' -%}{{ hubspot_numeric(value) }}
    {%- elif data_type == 'date' -%}{{ hubspot_date(value) }}
    {%- elif data_type == 'timestamptz' -%}{{ hubspot_timestamp(value) }}
    {%- elif data_type == 'boolean' -%}{{ hubspot_boolean(value) }}
    {%- else -%}{{ value }}
    {%- endif -%}
{%- endmacro %}

{#- A text as an SQL literal, whatever is in it. -#}
{% macro sql_text(value) -%}
    E'{{ value | replace("\\", "\\\\") | replace("'", "''") }}'
{%- endmacro %}

{#- SQL that leaves a stream the wanted views only: of one portal, or of all and of each. -#}
{% macro replace_property_views(stream, wanted, for_portal_id=none, all_portals=false) -%}
    {%- set objects = 'custom_[a-z0-9_]+' if stream == 'custom_objects' else stream -%}
    {%- set portal = '(_p[0-9]+)?' if all_portals else '_p' ~ for_portal_id -%}
    {%- set found -%}
        select c.relname as view_name, a.attname as column_name
        from pg_catalog.pg_class as c
        inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        inner join pg_catalog.pg_attribute as a on a.attrelid = c.oid
        where
            n.nspname = 'hubspot_marts'
            and c.relkind = 'v'
            and c.relname ~ '^{{ objects }}_all_properties{{ portal }}(_[0-9]+)?$'
            and a.attnum > 0
        order by c.relname, a.attnum
    {%- endset -%}
    {%- set kept = {} -%}
    {%- for row in run_query(found) -%}
        {%- do kept.setdefault(row['view_name'], []).append(row['column_name']) -%}
    {%- endfor -%}
    {%- for view in wanted %}
    {{ replace_property_view(view, has=kept.pop(view.relation.identifier, [])) }}
    {%- endfor %}
    {%- for unwanted in kept %}
    drop view if exists {{ adapter.quote('hubspot_marts') }}.{{ adapter.quote(unwanted) }} cascade;
    {%- endfor %}
{%- endmacro %}

{#- Portals that have views of their own: a table that build_all_properties makes, none if nobody has asked for any. -#}
{% macro own_view_portals_relation(even_if_missing=false) -%}
    {%- set relation = api.Relation.create(
        database=target.database, schema='hubspot_staging', identifier='portals_with_own_views', type='table'
    ) -%}
    {{ return(relation if even_if_missing or (execute and is_there(relation)) else none) }}
{%- endmacro %}

{#- Give one portal views of its own, now and at each build: its properties and types only, its rows only. -#}
{% macro build_all_properties(portal_id) -%}
    {%- set portal_id = portal_number(portal_id) -%}
    {%- set known = run_query('select 1 from ' ~ ref('stg_hubspot__portals') ~ ' where portal_id = ' ~ portal_id) -%}
    {%- if not known.rows -%}
        {{ exceptions.raise_compiler_error(
            'portal ' ~ portal_id ~ ' is not in hubspot_marts.dim_portals: sync it and run dbt build first.'
        ) }}
    {%- endif -%}
    {%- set relation = own_view_portals_relation(even_if_missing=true) -%}
    {%- set plan = run_query(
        'select * from (' ~ property_columns('select ' ~ portal_id ~ '::bigint as for_portal_id') ~ ') as plan order by object_name, number'
    ) -%}
    {%- set names = [] -%}
    {%- set statements -%}
        create table if not exists {{ relation }} (portal_id bigint primary key);
        comment on table {{ relation }} is 'Portals that have views <object>_all_properties_p<portal> of their own.';
        comment on column {{ relation }}.portal_id is 'HubSpot account ("portal") that has them.';
        insert into {{ relation }} values ({{ portal_id }}) on conflict do nothing;
        {%- for stream in crm_streams() + ['custom_objects'] %}
            {%- set rows = [] -%}
            {%- for row in plan if row['object_name'] == stream or (stream == 'custom_objects' and row['object_name'].startswith('custom_')) -%}
                {%- do rows.append(row) -%}
            {%- endfor -%}
            {%- set views = property_views(stream, rows, for_portal_id=portal_id) -%}
            {%- for view in views -%}
                {%- do names.append(view.relation.identifier) -%}
            {%- endfor -%}
            {{ replace_property_views(stream, views, for_portal_id=portal_id) }}
        {%- endfor %}
        commit;
    {%- endset -%}
    {%- do run_query(statements) -%}
    {{ print('portal ' ~ portal_id ~ ': ' ~ names | length ~ ' views in hubspot_marts, ' ~ names[0] ~ ' to ' ~ names[-1]) }}
{%- endmacro %}

{#- Take a portal's own views away again; those of all portals stay. -#}
{% macro drop_all_properties(portal_id) -%}
    {%- set portal_id = portal_number(portal_id) -%}
    {%- set relation = own_view_portals_relation() -%}
    {%- set statements -%}
        {%- if relation %}
        delete from {{ relation }} where portal_id = {{ portal_id }};
        {%- endif %}
        {%- for stream in crm_streams() + ['custom_objects'] %}
        {{ replace_property_views(stream, [], for_portal_id=portal_id) }}
        {%- endfor %}
        commit;
    {%- endset -%}
    {%- do run_query(statements) -%}
    {{ print('portal ' ~ portal_id ~ ' has no views of its own any more') }}
{%- endmacro %}

{#- An argument that must be a portal's id, for it becomes part of statements. -#}
{% macro portal_number(portal_id) -%}
    {%- if not (portal_id | string).isdigit() -%}
        {{ exceptions.raise_compiler_error("portal_id must be a portal's number: --args '{portal_id: 123}'") }}
    {%- endif -%}
    {{ return(portal_id | int) }}
{%- endmacro %}
