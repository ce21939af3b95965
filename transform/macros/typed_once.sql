{#-
    Typing all properties of all records takes minutes, and in an hour few records change. A staging model that is to
    type a record once is incremental (strategy `append`), and has three parts of these macros:

    - `pre_hook`: lists the records to type, and deletes their rows: the record is not live (any more), was read again,
      or its day has moved with the portal's time zone; or the code has changed;
    - `yet_to_be_typed`: the records on that list;
    - `typed_by`: the code that typed a row.

    So a run gives the same rows as one with --full-refresh, and all of it is one transaction. A full refresh is needed
    only to remove a column, or give it another type, that views depend on.
    The row's version is `synced_at`: the tap writes it anew with each version of a record.
-#}
{% macro forget_outdated_rows(base, id_column, days=['created']) -%}
    {%- set versions -%}
        select portal_id, {{ id_column }}, synced_at
        from {{ base }}
        where not is_deleted
    {%- endset -%}
    {%- set ours -%}
        select
            typed.ctid as kept_at,
            typed.portal_id,
            typed.{{ id_column }},
            typed.synced_at,
            typed.typed_by = {{ typed_by() }}
            {%- for day in days %}
            and typed.{{ day }}_date is not distinct from {{ portal_date('typed.' ~ day ~ '_at') }}
            {%- endfor %} as is_up_to_date
        from {{ this }} as typed
        left join {{ ref('stg_hubspot__portals') }} as portals on portals.portal_id = typed.portal_id
    {%- endset -%}
    {{ forget_rows(['portal_id', id_column], versions, ours) }}
{%- endmacro %}

{#- Lists the keys of which the live version (`versions`: key, synced_at) and our row of it (`ours`: kept_at, key, synced_at,
    is_up_to_date) are not the same, and deletes the rows. They are joined by a fingerprint, which is small: the keys of
    all records would not fit into memory. -#}
{% macro forget_rows(key, versions, ours) -%}
    {%- if is_incremental() %}
    {%- set version = key + ['synced_at'] %}
    create temporary table {{ to_type() }} on commit drop as
    with unlike as materialized (
        select
            {%- for column in key %}
            live.{{ column }},
            {%- endfor %}
            ours.kept_at
        from (
            select versions.*, {{ fingerprint(version, of='versions') }} as fingerprint
            from (
                {{ versions }}
            ) as versions
        ) as live
        full outer join (
            select kept_at, case when is_up_to_date then {{ fingerprint(version, of='typed') }} end as fingerprint
            from (
                {{ ours }}
            ) as typed
        ) as ours on ours.fingerprint = live.fingerprint
        where
            live.fingerprint is null
            or ours.kept_at is null
    )
    select {{ key | join(', ') }} from unlike
    where kept_at is null
    union
    select typed.{{ key | join(', typed.') }}
    from unlike
    inner join {{ this }} as typed on typed.ctid = unlike.kept_at;
    analyze {{ to_type() }};
    delete from {{ this }} as ours
    using {{ to_type() }} as to_type
    where
        {%- for column in key %}
        {{ 'and ' if not loop.first }}to_type.{{ column }} = ours.{{ column }}
        {%- endfor %}
    {%- endif %}
{%- endmacro %}

{#- The rows of a relation, of the records on the list: row by row, by the keys of the raw tables, for a join would read all
    rows to keep a few. -#}
{% macro yet_to_be_typed(relation, key) -%}
    {%- if is_incremental() -%}
    select candidates.*
    from {{ to_type() }} as to_type
    cross join lateral (
        select * from {{ relation }} as candidates
        where
            {%- for column in key %}
            {{ 'and ' if not loop.first }}candidates.{{ column }} = to_type.{{ column }}
            {%- endfor %}
        -- Keeps PostgreSQL from making a join of it after all, and here from looking names up row by row too.
        offset 0
    ) as candidates
    offset 0
    {%- else -%}
    select * from {{ relation }}
    {%- endif -%}
{%- endmacro %}

{% macro to_type() -%}
    {{ this.identifier }}__to_type
{%- endmacro %}

{#- A number for the text of the model and of the macros that type. -#}
{% macro typed_by() -%}
    {%- set code = [
        model.raw_code,
        hubspot_numeric('value'),
        hubspot_timestamp('value'),
        hubspot_boolean('value'),
        portal_date('value'),
    ] | join -%}
    {{ local_md5(code)[:7] | int(base=16) }}
{%- endmacro %}
