{#-
    Typing all properties of all records takes minutes, and in an hour few records change. A staging model that is to
    type a record once is incremental (strategy `append`), and has three parts of these macros:

    - `pre_hook`: lists the records to type, and deletes their rows: the record is not live (any more), was read again,
      or its day has moved with the portal's time zone; or the code has changed;
    - `is_yet_to_be_typed`: the records on that list;
    - `typed_by`: the code that typed a row.

    So a run gives the same rows as one with --full-refresh, and all of it is one transaction. A full refresh is needed
    only to remove a column, or give it another type, that views depend on.
    The row's version is `synced_at`: the tap writes it anew with each version of a record.
-#}
{% macro forget_outdated_rows(base, id_column, days=['created']) -%}
    {%- if is_incremental() %}
    create temporary table {{ _to_type() }} on commit drop as
    select
        portal_id,
        {{ id_column }}
    from (
        -- OFFSET keeps the other columns, which are wide, out of the join.
        select portal_id, {{ id_column }}, synced_at
        from {{ base }}
        where not is_deleted
        offset 0
    ) as source
    full outer join (
        select
            typed.portal_id,
            typed.{{ id_column }},
            typed.synced_at,
            typed.typed_by = {{ typed_by() }}
            {%- for day in days %}
            and typed.{{ day }}_date is not distinct from {{ portal_date('typed.' ~ day ~ '_at') }}
            {%- endfor %} as is_up_to_date
        from {{ this }} as typed
        left join {{ ref('stg_hubspot__portals') }} as portals on portals.portal_id = typed.portal_id
    ) as ours using (portal_id, {{ id_column }})
    where
        source.synced_at is distinct from ours.synced_at
        or not ours.is_up_to_date;
    analyze {{ _to_type() }};
    delete from {{ this }} as ours
    using {{ _to_type() }} as to_type
    where
        to_type.portal_id = ours.portal_id
        and to_type.{{ id_column }} = ours.{{ id_column }}
    {%- endif %}
{%- endmacro %}

{% macro is_yet_to_be_typed(id_column, record) -%}
    {%- if is_incremental() -%}
    exists (
        select 1
        from {{ _to_type() }} as to_type
        where
            to_type.portal_id = {{ record }}.portal_id
            and to_type.{{ id_column }} = {{ record }}.{{ id_column }}
    )
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}

{% macro _to_type() -%}
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
