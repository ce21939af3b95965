{#-
    The incremental strategy `differences`, for a large table of which a run changes little: all its rows are worked out,
    compared with those that are there, and only what differs is written. So a run gives what a full refresh gives, whatever
    has changed, be it a record, a name, a rate or the code; and it spares what costs most: to write all rows, sort them for
    the keys, and log all of that.

    The contract's primary key says which two rows to compare, and they are compared byte by byte (`*=`).
-#}

{#- A temporary table of the wanted rows that are not there as they should be; and before it one that also has the rows that
    are not wanted any more, and where (`kept_at`) each row is that has to go. -#}
{% macro create_differences_as(relation, sql) -%}
    {%- set key = primary_key_columns() %}
    -- Hashing alone compares large tables fast, and PostgreSQL would take it to be slow: it thinks that keys share buckets.
    set local enable_mergejoin = off;
    create temporary table {{ _differences() }} as
    select
        kept.ctid as kept_at,
        wanted.whole
    from (
        select
            {%- for column in key %}
            contracted.{{ column }},
            {%- endfor %}
            row(
                {%- for column in model.columns.values() %}
                contracted.{{ column.name }}{{ ',' if not loop.last }}
                {%- endfor %}
            )::{{ this }} as whole
        from (
            {{ sql }}
        ) as contracted
    ) as wanted
    full outer join {{ this }} as kept
        on
            {%- for column in key %}
            {{ 'and ' if not loop.first }}kept.{{ column }} = wanted.{{ column }}
            {%- endfor %}
    where (wanted.whole *= kept.*) is not true;
    create temporary table {{ relation }} as
    select (whole).*
    from {{ _differences() }}
    where (whole).{{ key[0] }} is not null;
{%- endmacro %}

{% macro get_incremental_differences_sql(arguments) -%}
    delete from {{ arguments.target_relation }} as kept
    using {{ _differences() }} as differences
    where differences.kept_at = kept.ctid;
    insert into {{ arguments.target_relation }}
    select * from {{ arguments.temp_relation }}
{%- endmacro %}

{% macro _differences() -%}
    {{ this.identifier }}__differences
{%- endmacro %}

{% macro primary_key_columns() -%}
    {%- for constraint in model.constraints if constraint.type == 'primary_key' -%}
        {{ return(constraint.columns) }}
    {%- endfor -%}
    {{ exceptions.raise_compiler_error('strategy differences: the model needs a primary key') }}
{%- endmacro %}

{#- Rows are compared as a whole: a table that has not the contract's columns, in its order, as after an upgrade, or has one that
    was dropped, is made anew. dbt's own macro looks at the option --full-refresh only. -#}
{% macro should_full_refresh() -%}
    {%- set wanted = config.get('full_refresh') -%}
    {%- if wanted is none -%}
        {%- set wanted = flags.FULL_REFRESH -%}
    {%- endif -%}
    {{ return(wanted or (config.get('incremental_strategy') == 'differences' and has_other_columns_than_contract())) }}
{%- endmacro %}

{% macro has_other_columns_than_contract() -%}
    {%- if not execute or load_cached_relation(this) is none -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set differing -%}
        select count(*) as columns
        from (
            values
            {%- for column in model.columns.values() %}
            ({{ loop.index }}, '{{ column.name }}', '{{ column.data_type }}'::regtype::oid){{ ',' if not loop.last }}
            {%- endfor %}
        ) as contract (number, name, type)
        full outer join (
            select attnum, attname, atttypid from pg_catalog.pg_attribute
            where
                attrelid = '{{ this }}'::regclass
                and attnum > 0
        ) as kept
            on
                kept.attnum = contract.number
                and kept.attname = contract.name
                and kept.atttypid = contract.type
        where
            kept.attnum is null
            or contract.number is null
    {%- endset -%}
    {{ return(run_query(differing).rows[0][0] != 0) }}
{%- endmacro %}
