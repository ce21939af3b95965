with

source as (
    select * from {{ raw('form_submissions') }}
),

full_reads as (
    select portal_id, read_from
    from {{ ref('base_hubspot__full_reads') }}
    where stream = 'form_submissions'
),

marked as (
    select
        -- ids
        source.portal_id,
        source.form_id,
        source.id as submission_id,

        -- text
        source.page_url,

        -- objects
        source.values -> 'values' as submitted_values,

        -- timestamps
        source.submitted_at at time zone 'UTC' as submitted_at,
        source.synced_at at time zone 'UTC' as synced_at,

        {{ deleted_reason(archivable=false) }} as deleted_reason
    from source
    left join full_reads on full_reads.portal_id = source.portal_id
)

select
    *,
    deleted_reason is not null as is_deleted
from marked
