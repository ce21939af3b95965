{#-
    Typing all properties of all records takes minutes, and in an hour few records change. A staging model that is to
    type a record once is incremental (strategy `append`), and has three parts of these macros:

    - `pre_hook`: deletes the rows that are not, or not any more, what typing the raw row again would give: the
      record is not live, was read again, or its day has moved with the portal's time zone; or the code has changed;
    - `is_yet_to_be_typed`: the records that have no row;
    - `typed_by`: the code that typed a row.

    So a run gives the same rows as one with --full-refresh, and both steps are one transaction. A full refresh is needed
    only to remove a column, or give it another type, that views depend on.
    The row's version is `synced_at`: the tap writes it anew with each version of a record.
-#}
{% macro forget_outdated_rows(base, id_column, days=['created']) -%}
    {%- if is_incremental() %}
    delete from {{ this }} as ours
    -- One condition, for beside an OR PostgreSQL would look records up one by one.
    where
        not exists (
            select 1
            from (
                -- OFFSET keeps the other columns, which are wide, out of the join.
                select portal_id, {{ id_column }}, synced_at
                from {{ base }}
                where not is_deleted
                offset 0
            ) as source
            left join {{ ref('stg_hubspot__portals') }} as portals on portals.portal_id = source.portal_id
            where
                source.portal_id = ours.portal_id
                and source.{{ id_column }} = ours.{{ id_column }}
                and source.synced_at = ours.synced_at
                and ours.typed_by = {{ typed_by() }}
                {%- for day in days %}
                and ours.{{ day }}_date is not distinct from {{ portal_date('ours.' ~ day ~ '_at') }}
                {%- endfor %}
        )
    {%- endif %}
{%- endmacro %}

{% macro is_yet_to_be_typed(id_column, record) -%}
    {%- if is_incremental() -%}
    not exists (
        select 1
        from {{ this }} as ours
        where
            ours.portal_id = {{ record }}.portal_id
            and ours.{{ id_column }} = {{ record }}.{{ id_column }}
    )
    {%- else -%}
    true
    {%- endif -%}
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
