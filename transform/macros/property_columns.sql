{#-
    Which view and column each property of each object type goes to; the one place that decides it.
    A scope is a set of views: those of all portals (NULL), or those that one portal has for itself.

    Names: lower case, everything but letters, digits and underscores becomes an underscore. What is too long for
    PostgreSQL, or would be a second column of its name, gets eight characters of the real name's hash.
    Types: where portals disagree, text, and a column more for each type that one of them has.
-#}
{% macro property_columns(scopes) -%}
{%- set suffixes = {'numeric': '_num', 'date': '_date', 'timestamptz': '_at', 'boolean': '_bool'} -%}
with

scopes as (
    {{ scopes }}
),

properties as (
    select * from {{ ref('stg_hubspot__properties') }}
    where not is_deleted
),

custom_types as (
    select * from {{ ref('base_hubspot__custom_types') }}
),

definitions as (
    select
        scopes.for_portal_id,
        properties.portal_id,
        coalesce(custom_types.object_name, properties.object_type) as object_name,
        properties.property_name,
        coalesce(nullif(trim(properties.property_label), ''), properties.property_name) as label,
        coalesce(properties.group_name, '') as group_name,
        coalesce(properties.is_hubspot_defined, false) as is_hubspot_defined,
        coalesce(properties.property_type, 'string') as property_type,
        case properties.property_type
            when 'number' then 'numeric'
            when 'date' then 'date'
            when 'datetime' then 'timestamptz'
            when 'bool' then 'boolean'
            else 'text'
        end as data_type
    from properties
    inner join scopes on scopes.for_portal_id is null or scopes.for_portal_id = properties.portal_id
    left join custom_types
        on custom_types.portal_id = properties.portal_id and custom_types.object_type_id = properties.object_type
    where
        custom_types.object_name is not null
        or properties.object_type in ('{{ crm_streams() | join("', '") }}')
),

by_property as (
    select
        for_portal_id,
        object_name,
        property_name,
        -- The label of most portals.
        mode() within group (order by label) as label,
        min(group_name) as group_name,
        bool_or(is_hubspot_defined) as is_hubspot_defined,
        count(*) as portals,
        min(portal_id) as first_portal_id,
        array_agg(distinct data_type) as data_types,
        string_agg(distinct property_type, ', ' order by property_type) as property_types
    from definitions
    group by for_portal_id, object_name, property_name
),

candidates as (
    select
        *,
        false as is_alternative,
        '' as suffix,
        case when cardinality(data_types) = 1 then data_types[1] else 'text' end as data_type
    from by_property

    union all

    select
        by_property.*,
        true as is_alternative,
        alternative.suffix,
        alternative.data_type
    from by_property
    inner join (
        values
        {%- for data_type, suffix in suffixes.items() %}
        ('{{ data_type }}', '{{ suffix }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as alternative (data_type, suffix) on alternative.data_type = any(by_property.data_types)
    where cardinality(by_property.data_types) > 1
),

slugs as (
    select
        *,
        -- A digit first would need quotes in every query.
        regexp_replace(regexp_replace(lower(property_name), '[^a-z0-9_]+', '_', 'g'), '^([0-9])', '_\1') as slug
    from candidates
),

ranked as (
    select
        *,
        row_number() over (
            partition by for_portal_id, object_name, slug || suffix
            order by slug || suffix = property_name desc, property_name asc, suffix asc
        ) as claim
    from slugs
),

named as (
    select
        *,
        case
            when
                claim = 1
                and octet_length(slug || suffix) <= 63
                and slug || suffix not in ('{{ property_view_core_columns() | join("', '") }}')
                then slug || suffix
            else left(slug, 49) || '_' || left(md5(property_name), 8) || suffix
        end as column_name,
        -- What all portals have comes first. What only one has stays with the rest of that portal.
        row_number() over (
            partition by for_portal_id, object_name
            order by
                is_hubspot_defined desc,
                portals > 1 desc,
                case when not is_hubspot_defined and portals = 1 then first_portal_id end asc,
                group_name asc,
                property_name asc,
                suffix asc
        ) as number
    from ranked
)

select
    for_portal_id,
    object_name,
    property_name,
    column_name,
    data_type,
    is_alternative,
    portals,
    case
        when is_alternative then label || ' (as ' || data_type || ', NULL where it can''t be read)'
        when cardinality(data_types) > 1 then label || ' (text, for portals disagree on its type: ' || property_types || ')'
        else label
    end as comment,
    object_name || '_all_properties'
    || coalesce('_p' || for_portal_id, '')
    || case when number > {{ var('columns_per_view') }} then '_' || (number - 1) / {{ var('columns_per_view') }} + 1 else '' end as view_name,
    number
from named
{%- endmacro %}

{#- The object types of the CRM that every portal has, as the tap and the raw tables call them. -#}
{% macro crm_streams() -%}
    {{ return([
        'contacts', 'companies', 'deals', 'tickets', 'leads', 'line_items', 'products', 'quotes', 'calls', 'meetings',
        'emails', 'notes', 'tasks', 'communications', 'feedback_submissions',
    ]) }}
{%- endmacro %}

{#- Names that a property's column can't have, for each view begins with them. -#}
{% macro property_view_core_columns() -%}
    {{ return([
        'portal_id', 'portal_name', 'contact_id', 'company_id', 'deal_id', 'ticket_id', 'lead_id', 'line_item_id',
        'product_id', 'quote_id', 'call_id', 'meeting_id', 'email_id', 'note_id', 'task_id', 'communication_id',
        'feedback_submission_id', 'record_id', 'object_type_id', 'object_name',
        'created_at', 'updated_at', 'synced_at',
    ]) }}
{%- endmacro %}
