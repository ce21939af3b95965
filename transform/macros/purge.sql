{#-
    Erasure. Both operations count by default; with `execute: true` they delete, all of it or nothing. They need a user
    who may delete from hubspot_raw, which is the loader's: with separate roles, the database's administrator.
-#}

{#- Delete all that is here of a portal that is disconnected: every table with a column portal_id, whoever made it. -#}
{% macro purge_portal(portal_id, execute=false) -%}
    {%- set portal_id = portal_number(portal_id) -%}
    {%- set steps = [] -%}
    {%- for table in tables_with_portals() -%}
        {%- do steps.append({
            'table': table,
            'condition': "purged.portal_id" ~ ("::text = '" ~ portal_id ~ "'" if table.kind == 'text' else ' = ' ~ portal_id),
        }) -%}
    {%- endfor -%}
    {%- set counts = purge_counts(steps) -%}
    {%- set what = refuse_if_connected(portal_id, counts) -%}
    {%- if execute -%}
        {%- set counts = purge_rows(steps) -%}
        {%- set views -%}
            {%- for stream in crm_streams() + ['custom_objects'] %}
            {{ replace_property_views(stream, [], for_portal_id=portal_id) }}
            {%- endfor %}
            commit;
        {%- endset -%}
        {%- do run_query(views) -%}
    {%- endif -%}
    {{ tell_purged(what, counts, execute) }}
    {%- set seeds = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'seed' and counts.get(node.schema ~ '.' ~ node.alias) -%}
        {%- do seeds.append(node.name ~ '.csv') -%}
    {%- endfor -%}
    {%- if seeds -%}
        {{ print('Take its lines out of your ' ~ seeds | join(', ') ~ ' too, or the next dbt build loads them again.') }}
    {%- endif -%}
{%- endmacro %}

{#-
    Delete the records that have been archived, merged away or missing for more than so many days, with their history,
    memberships of lists and, of contacts, form submissions. Tables that dbt makes anew have none of them; of others, rows go
    whose key has the record's id.
-#}
{% macro purge_deleted(days=30, execute=false) -%}
    {%- if not (days | string).isdigit() -%}
        {{ exceptions.raise_compiler_error("days must be a number of days: --args '{days: 30}'") }}
    {%- endif -%}
    {%- set ids = {} -%}
    {%- for stream in crm_streams() + ['custom_objects'] if is_there(source('hubspot_raw', stream)) -%}
        {%- for column in adapter.get_columns_in_relation(ref('base_hubspot__' ~ stream)) if column.name.endswith('_id') and column.name not in ['portal_id', 'object_type_id'] -%}
            {%- do ids.update({stream: column.name}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if ids -%}
        {%- do run_query(_deleted_records(ids, days)) -%}
        {%- do run_query(_deleted_addresses('contacts' in ids)) -%}
    {%- endif -%}
    {%- set steps = _steps_for_deleted_records(ids) if ids else [] -%}
    {%- set counts = purge_rows(steps) if execute else purge_counts(steps) -%}
    {%- do run_query('commit') -%}
    {{ tell_purged('records deleted in HubSpot for more than ' ~ days ~ ' days', counts, execute) }}
{%- endmacro %}

{#- The doomed, as a temporary table: what base models say is not live, and since when it is not. -#}
{% macro _deleted_records(ids, days) -%}
    create temporary table doomed_records as
    with

    full_reads as (
        select portal_id, stream, window_from at time zone 'UTC' as read_from
        from {{ raw('portal_syncs') }}
        where mode in ('backfill', 'full') and status = 'ok'
    ),

    deleted as (
        {%- for stream, id in ids.items() %}
        select
            '{{ stream }}' as stream,
            portal_id,
            {{ 'object_type_id' if stream == 'custom_objects' else "'" ~ stream ~ "'" }} as object_type,
            {{ id }} as record_id,
            deleted_reason,
            synced_at,
            coalesce(archived_at, updated_at, synced_at) as archived_at
        from {{ ref('base_hubspot__' ~ stream) }}
        where is_deleted
        {{- '\n\n        union all\n' if not loop.last }}
        {%- endfor %}
    ),

    dated as (
        select
            deleted.stream,
            deleted.portal_id,
            deleted.object_type,
            deleted.record_id,
            deleted.deleted_reason,
            -- Nobody tells when a missing record went; the first full read without it is when we could know.
            case when deleted.deleted_reason = 'missing' then min(full_reads.read_from) else deleted.archived_at end as deleted_since
        from deleted
        left join full_reads
            on full_reads.portal_id = deleted.portal_id
            and full_reads.stream = deleted.stream
            and full_reads.read_from > deleted.synced_at
        group by
            deleted.stream,
            deleted.portal_id,
            deleted.object_type,
            deleted.record_id,
            deleted.deleted_reason,
            deleted.archived_at
    )

    select * from dated
    where deleted_since < now() - interval '{{ days }} days';
    analyze doomed_records;
    commit;
{%- endmacro %}

{#-
    A submission names its contact by the address only. Those of a contact that was merged stay the survivor's, and so do
    those of an address that another contact has, also one that is not deleted for long enough.
-#}
{% macro _deleted_addresses(has_contacts) -%}
    create temporary table doomed_addresses as
    with

    contacts as (
        {%- if has_contacts %}
        select
            portal_id,
            contact_id,
            concat_ws(';', properties ->> 'email', properties ->> 'hs_additional_emails') as addresses
        from {{ ref('base_hubspot__contacts') }}
        where deleted_reason is distinct from 'merged'
        {%- else %}
        select null::bigint as portal_id, null::text as contact_id, null::text as addresses
        where false
        {%- endif %}
    ),

    addresses as (
        select distinct
            contacts.portal_id,
            lower(trim(address)) as address,
            doomed.record_id is not null as is_doomed
        from contacts
        cross join lateral string_to_table(contacts.addresses, ';') as address
        left join doomed_records as doomed
            on doomed.stream = 'contacts'
            and doomed.portal_id = contacts.portal_id
            and doomed.record_id = contacts.contact_id
        where trim(address) <> ''
    )

    select portal_id, address
    from addresses
    group by portal_id, address
    having bool_and(is_doomed);
    analyze doomed_addresses;
    commit;
{%- endmacro %}

{% macro _steps_for_deleted_records(ids) -%}
    {%- set steps = [] -%}
    {%- for table in tables_with_portals() -%}
        {%- set conditions = [] -%}
        {%- if table.schema == 'hubspot_raw' and table.name in ids -%}
            {%- do conditions.append(
                "doomed.stream = '" ~ table.name ~ "' and doomed.record_id = purged.id"
                ~ (' and doomed.object_type = purged.object_type_id' if table.name == 'custom_objects' else '')
            ) -%}
        {%- elif table.schema == 'hubspot_raw' and table.name == 'property_history' -%}
            {%- do conditions.append('doomed.object_type = purged.object_type and doomed.record_id = purged.record_id') -%}
        {%- elif table.schema == 'hubspot_raw' and table.name == 'form_submissions' -%}
            {%- do steps.append({
                'table': table,
                'condition': 'exists (select 1 from pg_temp.doomed_addresses as doomed where doomed.portal_id = purged.portal_id'
                ~ ' and doomed.address = ' ~ submitted_address("purged.values -> 'values'") ~ ')',
            }) -%}
        {%- elif table.schema == 'hubspot_raw' and table.name == 'list_memberships' -%}
            {#- A list holds records of one type, by the type's id. -#}
            {%- do conditions.append(
                "doomed.record_id = purged.record_id and exists (select 1 from " ~ raw('lists')
                ~ " as lists where lists.portal_id = purged.portal_id and lists.id = purged.list_id and"
                ~ " doomed.object_type = coalesce(case lists.object_type_id when '0-1' then 'contacts' when '0-2' then"
                ~ " 'companies' when '0-3' then 'deals' when '0-5' then 'tickets' end, lists.object_type_id))"
            ) -%}
        {%- elif table.schema != 'hubspot_raw' -%}
            {#- Marketing e-mails have an email_id, too, and are none of those that are logged. -#}
            {%- for stream, id in ids.items() if id in table.key and (stream != 'custom_objects' or 'object_type_id' in table.key) and not (stream == 'emails' and 'marketing' in table.name) -%}
                {%- do conditions.append(
                    "doomed.stream = '" ~ stream ~ "' and doomed.record_id = purged." ~ id
                    ~ (' and doomed.object_type = purged.object_type_id' if stream == 'custom_objects' else '')
                ) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- if conditions -%}
            {%- do steps.append({
                'table': table,
                'condition': 'exists (select 1 from pg_temp.doomed_records as doomed where doomed.portal_id = purged.portal_id and (('
                ~ conditions | join(') or (') ~ ')))',
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(steps) }}
{%- endmacro %}

{#- Every table of ours that has a column portal_id, with the columns of its keys. -#}
{% macro tables_with_portals() -%}
    {%- set found -%}
        select
            namespaces.nspname as schema_name,
            relations.relname as table_name,
            case when columns.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype) then 'number' else 'text' end as kind,
            has_table_privilege(relations.oid, 'delete') as may_delete,
            (
                select string_agg(distinct keys.attname, ',')
                from pg_catalog.pg_index as indexes
                inner join pg_catalog.pg_attribute as keys
                    on keys.attrelid = relations.oid and keys.attnum = any(indexes.indkey)
                where indexes.indrelid = relations.oid and indexes.indisunique
            ) as key
        from pg_catalog.pg_class as relations
        inner join pg_catalog.pg_namespace as namespaces on namespaces.oid = relations.relnamespace
        inner join pg_catalog.pg_attribute as columns on columns.attrelid = relations.oid
        where
            namespaces.nspname in ('{{ data_schemas() | join("', '") }}')
            and relations.relkind in ('r', 'p')
            and not relations.relispartition
            and columns.attname = 'portal_id'
            and not columns.attisdropped
        order by
            array_position(array['{{ data_schemas() | join("', '") }}'], namespaces.nspname::text),
            relations.relname
    {%- endset -%}
    {%- set tables = [] -%}
    {%- for row in run_query(found) -%}
        {%- do tables.append({
            'schema': row['schema_name'],
            'name': row['table_name'],
            'kind': row['kind'],
            'may_delete': row['may_delete'],
            'key': (row['key'] or '').split(','),
        }) -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}

{#- A portal that is read goes on being read: what was deleted would be missing from then on, and not come back. -#}
{% macro refuse_if_connected(portal_id, counts) -%}
    {%- set raw_rows = namespace(number=0) -%}
    {%- for table, rows in counts.items() if table.startswith('hubspot_raw.') -%}
        {%- set raw_rows.number = raw_rows.number + rows -%}
    {%- endfor -%}
    {%- set known = run_query(
        'select connection_status, company_name from ' ~ raw('portals') ~ ' as portals where portal_id = ' ~ portal_id
    ).rows -%}
    {%- if not counts.values() | sum -%}
        {{ exceptions.raise_compiler_error('no table has rows of a portal ' ~ portal_id ~ ': is the number right?') }}
    {%- elif known and known[0]['connection_status'] != 'disconnected' -%}
        {{ exceptions.raise_compiler_error(
            'portal ' ~ portal_id ~ ' (' ~ known[0]['company_name'] ~ ') is ' ~ known[0]['connection_status']
            ~ ', and only disconnected portals are purged: run hubspot-auth portals disconnect ' ~ portal_id
            ~ ', then a sync, which tells hubspot_raw.portals'
        ) }}
    {%- elif raw_rows.number and not known -%}
        {{ exceptions.raise_compiler_error(
            'portal ' ~ portal_id ~ ' has no row in hubspot_raw.portals that says it is disconnected: sync the stream portals'
        ) }}
    {%- endif -%}
    {{ return('portal ' ~ portal_id ~ (' (' ~ known[0]['company_name'] ~ ')' if known else '')) }}
{%- endmacro %}

{% macro purge_counts(steps) -%}
    {%- set counting -%}
        {%- for step in steps %}
        select
            '{{ step.table.schema }}.{{ step.table.name }}' as purged_table,
            count(*) as purged_rows
        from {{ adapter.quote(step.table.schema) }}.{{ adapter.quote(step.table.name) }} as purged
        where {{ step.condition }}
        {{- '\n\n        union all\n' if not loop.last }}
        {%- endfor %}
    {%- endset -%}
    {{ return(_purged(counting) if steps else {}) }}
{%- endmacro %}

{#- One statement, so that all tables are purged as of one moment. The caller commits. -#}
{% macro purge_rows(steps) -%}
    {%- for step in steps if not step.table.may_delete -%}
        {{ exceptions.raise_compiler_error(
            'user ' ~ target.user ~ ' may not delete from ' ~ step.table.schema ~ '.' ~ step.table.name
            ~ ': run this with the DATABASE_URL of the administrator'
        ) }}
    {%- endfor -%}
    {%- set deleting -%}
        with
        {%- for step in steps %}

        purged_{{ loop.index }} as (
            delete from {{ adapter.quote(step.table.schema) }}.{{ adapter.quote(step.table.name) }} as purged
            where {{ step.condition }}
            returning 1
        ){{ ',' if not loop.last }}
        {%- endfor %}
        {%- for step in steps %}

        select '{{ step.table.schema }}.{{ step.table.name }}' as purged_table, count(*) as purged_rows
        from purged_{{ loop.index }}
        {{- '\n\n        union all' if not loop.last }}
        {%- endfor %}
    {%- endset -%}
    {{ return(_purged(deleting) if steps else {}) }}
{%- endmacro %}

{% macro _purged(statement) -%}
    {%- set counts = {} -%}
    {%- for row in run_query(statement) -%}
        {%- do counts.update({row['purged_table']: row['purged_rows'] | int}) -%}
    {%- endfor -%}
    {{ return(counts) }}
{%- endmacro %}

{% macro tell_purged(what, counts, execute) -%}
    {%- for table, rows in counts.items() if rows -%}
        {{ print('%12s  %s' % ('{:,}'.format(rows), table)) }}
    {%- endfor -%}
    {%- set total = '{:,}'.format(counts.values() | sum) -%}
    {%- if execute -%}
        {{ print(what ~ ': ' ~ total ~ ' rows deleted. Run dbt build, which makes everything else anew.') }}
    {%- else -%}
        {{ print(what ~ ': ' ~ total ~ ' rows. This was a dry run, and nothing was deleted; execute: true deletes them.') }}
    {%- endif -%}
{%- endmacro %}
