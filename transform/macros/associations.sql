{#-
    The body of a bridge: which live records of one type the live records of another are associated with.
    It reads base models, not staging, which would unpack all properties of all records only to drop them.
-#}
{% macro association_bridge(stream, id_column, other_stream, other_id_column, primary_type_id=none) -%}
with

records as (
    select portal_id, {{ id_column }}, associations
    from {{ ref('base_hubspot__' ~ stream) }}
    where not is_deleted
),

others as (
    select portal_id, {{ other_id_column }}
    from {{ ref('base_hubspot__' ~ other_stream) }}
    where not is_deleted
),

-- A jsonpath gives nothing, where jsonb_array_elements() would fail, for a record without associations.
associated as (
    select
        records.portal_id,
        records.{{ id_column }},
        other ->> 'id' as {{ other_id_column }}
        {%- if primary_type_id is not none %},
        -- A pair has a type per label. The first on the list is not the primary one.
        jsonb_path_exists(
            other,
            '$.types[*] ? (@.category == "HUBSPOT_DEFINED" && (@.type_id == {{ primary_type_id }} || @.type_id == "{{ primary_type_id }}"))'
        ) as is_primary
        {%- endif %}
    from records
    cross join lateral jsonb_path_query(records.associations, '$.{{ other_stream }}[*]') as other
),

pairs as (
    select
        portal_id,
        {{ id_column }},
        {{ other_id_column }}
        {%- if primary_type_id is not none %},
        bool_or(is_primary) as is_primary
        {%- endif %}
    from associated
    group by portal_id, {{ id_column }}, {{ other_id_column }}
)

select
    pairs.portal_id,
    pairs.{{ id_column }},
    pairs.{{ other_id_column }}
    {%- if primary_type_id is not none %},
    -- At most one, so that a join on it keeps the number of records.
    pairs.is_primary
    and row_number() over (
        partition by pairs.portal_id, pairs.{{ id_column }}
        order by pairs.is_primary desc, pairs.{{ other_id_column }}
    ) = 1 as is_primary
    {%- endif %}
from pairs
-- An association outlives the other record in our copy until this one is read again.
inner join others
    on
        others.portal_id = pairs.portal_id
        and others.{{ other_id_column }} = pairs.{{ other_id_column }}
{%- endmacro %}

{#- The deal of each record that is made for one: at most one, so that no record counts twice. `records` is a CTE, as is `deals`. -#}
{% macro deal_of_each(records, id_column) -%}
    select
        {{ records }}.portal_id,
        {{ records }}.{{ id_column }},
        min(deals.deal_id) as deal_id
    from {{ records }}
    cross join lateral jsonb_path_query({{ records }}.associations, '$.deals[*]') as deal
    inner join deals
        on
            deals.portal_id = {{ records }}.portal_id
            and deals.deal_id = deal ->> 'id'
    group by {{ records }}.portal_id, {{ records }}.{{ id_column }}
{%- endmacro %}

{#- The id of the company that a record's list of associations calls its primary one; it may not be live any more. The first
    on the list is not the primary one: the type of the association says which is. -#}
{% macro primary_company(associations, type_id) -%}
    jsonb_path_query_first(
        {{ associations }},
        '$.companies[*] ? (
            exists(@.types[*] ? (
                @.category == "HUBSPOT_DEFINED" && (@.type_id == {{ type_id }} || @.type_id == "{{ type_id }}")
            ))
        ).id'
    ) #>> '{}'
{%- endmacro %}
