{#-
    The one definition of "not live". The query joins the raw table as `source` and its rows of
    base_hubspot__full_reads as `full_reads`.
    'missing' catches what HubSpot never tells: rows deleted for good (GDPR, or 90 days after archiving) are on no
    list any more, so the sign is that the last complete full read did not see them.
-#}
{% macro deleted_reason(mergeable=false, archivable=true) -%}
    case
        {%- if mergeable %}
        when source.merged_into is not null then 'merged'
        {%- endif %}
        {%- if archivable %}
        when source.archived then 'archived'
        {%- endif %}
        when source.synced_at at time zone 'UTC' < full_reads.read_from then 'missing'
    end
{%- endmacro %}

{#- The body of a base model of a CRM object: all rows of the raw table, each with what became of it. -#}
{% macro crm_object(stream, id_column) -%}
with

source as (
    select * from {{ raw(stream) }}
),

-- Grouped, though each is there once: so PostgreSQL knows that it is, and joins large tables to it and not it to them.
full_reads as (
    select portal_id, max(read_from) as read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = '{{ stream }}'
    group by portal_id
),

marked as (
    select
        -- ids
        source.portal_id,
        source.id as {{ id_column }},
        source.merged_into,

        -- timestamps (the loader writes UTC without a time zone)
        source.created_at at time zone 'UTC' as created_at,
        source.updated_at at time zone 'UTC' as updated_at,
        source.archived_at at time zone 'UTC' as archived_at,
        source.synced_at at time zone 'UTC' as synced_at,

        -- objects (the loader writes an absent one as JSON null)
        case when jsonb_typeof(source.properties) = 'object' then source.properties end as properties,
        case when jsonb_typeof(source.associations) = 'object' then source.associations end as associations,

        {{ deleted_reason(mergeable=true) }} as deleted_reason
    from source
    left join full_reads on full_reads.portal_id = source.portal_id
)

select
    *,
    -- The same as `deleted_reason is not null`, of which PostgreSQL would expect that it is true of 995 rows in 1,000,
    -- and plan the joins of all live rows as if they were a handful.
    case when deleted_reason is null then false else true end as is_deleted
from marked
{%- endmacro %}
