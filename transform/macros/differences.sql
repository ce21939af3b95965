{#-
    The incremental strategy `differences`, for tables of which a run changes little: all their rows are worked out,
    compared with those that are there, and only what differs is written. So a run gives what a full refresh gives, whatever
    has changed, be it a record, a name, a rate or the code; it spares what costs most of a large table: to write all rows,
    sort them for the keys, and log all of that; and the table stays, with the views that analysts have made of it.

    Rows are compared by a fingerprint of the whole row: a wanted row that has no equal among those that are there is
    written, and one that is there and has no equal among the wanted ones goes.
-#}

{#- A temporary table of both kinds of rows: those to write, and where (`kept_at`) each row is that has to go. Then one of
    those to write. -#}
{% macro create_differences_as(relation, sql) -%}
    {%- set columns = model.columns.values() | map(attribute='name') | list %}
    -- Hashing streams the wanted rows past those that are there. PostgreSQL would sort all of them instead: of fingerprints it
    -- has no statistics, and thinks that they share buckets.
    set local enable_mergejoin = off;
    create temporary table {{ _differences() }} as
    select
        kept.kept_at,
        {%- for column in columns %}
        wanted.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            contracted.*,
            {{ fingerprint(columns, of='contracted') }} as fingerprint
        from (
            select
                {%- for column in model.columns.values() %}
                worked_out.{{ column.name }}::{{ column.data_type }} as {{ column.name }}{{ ',' if not loop.last }}
                {%- endfor %}
            from (
                {{ sql }}
            ) as worked_out
        ) as contracted
    ) as wanted
    full outer join (
        select
            ctid as kept_at,
            {{ fingerprint(columns, of='there') }} as fingerprint
        from {{ this }} as there
    ) as kept on kept.fingerprint = wanted.fingerprint
    where
        wanted.fingerprint is null
        or kept.fingerprint is null;
    create temporary table {{ relation }} as
    select {{ columns | join(', ') }}
    from {{ _differences() }}
    where kept_at is null;
{%- endmacro %}

{#- 64 bits of some columns. The seed is another one in each run, so that nobody can make two rows that are taken for one;
    by chance two rows in 10^19 are. -#}
{% macro fingerprint(columns, of) -%}
    {%- set seed = local_md5(invocation_id)[:15] | int(base=16) -%}
    hash_record_extended(row({{ of }}.{{ columns | join(', ' ~ of ~ '.') }}), {{ seed }})
{%- endmacro %}

{% macro get_incremental_differences_sql(arguments) -%}
    delete from {{ arguments.target_relation }} as kept
    using {{ _differences() }} as differences
    where kept.ctid = differences.kept_at;
    insert into {{ arguments.target_relation }}
    select * from {{ arguments.temp_relation }}
{%- endmacro %}

{% macro _differences() -%}
    {{ this.identifier }}__differences
{%- endmacro %}

{#- Rows are compared as a whole: a table that has not the contract's columns, in its order, as after an upgrade, or has one that
    was dropped, is made anew; and so is one of a release that made it anew each time, and had autovacuum pass it by.
    dbt's own macro looks at the option --full-refresh only. -#}
{% macro should_full_refresh() -%}
    {%- set wanted = config.get('full_refresh') -%}
    {%- if wanted is none -%}
        {%- set wanted = flags.FULL_REFRESH or (config.get('contract').enforced and is_of_another_release()) -%}
    {%- endif -%}
    {{ return(wanted) }}
{%- endmacro %}

{% macro is_of_another_release() -%}
    {%- if not execute or load_cached_relation(this) is none -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set differing -%}
        select count(*) as columns
        from (
            values
            {%- for column in model.columns.values() %}
            ({{ loop.index }}, '{{ column.name }}', '{{ column.data_type }}'){{ ',' if not loop.last }}
            {%- endfor %}
        ) as contract (number, name, type)
        full outer join (
            select attnum, attname, atttypid, format_type(atttypid, atttypmod) as type from pg_catalog.pg_attribute
            where
                attrelid = '{{ this }}'::regclass
                and attnum > 0
        ) as kept
            on
                kept.attnum = contract.number
                and kept.attname = contract.name
                and kept.atttypid = contract.type::regtype
                -- What stands in brackets, a length or precision, is not of the type but of the column.
                and coalesce(substring(kept.type from '[(].*'), '')
                = coalesce(substring(replace(contract.type, ' ', '') from '[(].*'), '')
        where
            kept.attnum is null
            or contract.number is null
            or (select reloptions @> '{autovacuum_enabled=false}' from pg_catalog.pg_class where oid = '{{ this }}'::regclass)
    {%- endset -%}
    {{ return(run_query(differing).rows[0][0] != 0) }}
{%- endmacro %}
