-- All that people did, in the same words. What only one kind has stays in its staging view.
with

calls as (
    select
        portal_id,
        'call' as activity_type,
        call_id as activity_id,
        owner_id,
        call_title as title,
        direction,
        call_status as status,
        -- The outcomes every portal has; its own ones keep their id.
        case disposition
            when 'f240bbac-87c9-4f6e-bf70-924b57d47db7' then 'Connected'
            when '9d9162e7-6cf3-4944-bf63-4dff82258764' then 'Busy'
            when '73a0d17f-1163-4015-bdd5-ec830791da20' then 'No answer'
            when 'b2cf5968-551e-4856-9783-52b3da59a7d0' then 'Left voicemail'
            when 'a4c4c377-d246-4b32-a13b-75a56a4cd0ff' then 'Left live message'
            when '17b47fee-58de-441e-a44c-c6300d46f273' then 'Wrong number'
            else disposition
        end as outcome,
        null::text as channel,
        duration_seconds,
        happened_at,
        null::timestamptz as completed_at,
        created_at,
        updated_at,
        synced_at
    from {{ ref('stg_hubspot__calls') }}
),

meetings as (
    select
        portal_id,
        'meeting' as activity_type,
        meeting_id as activity_id,
        owner_id,
        meeting_title as title,
        null::text as direction,
        null::text as status,
        meeting_outcome as outcome,
        null::text as channel,
        extract(epoch from ends_at - starts_at) as duration_seconds,
        happened_at,
        null::timestamptz as completed_at,
        created_at,
        updated_at,
        synced_at
    from {{ ref('stg_hubspot__meetings') }}
),

emails as (
    select
        portal_id,
        'email' as activity_type,
        email_id as activity_id,
        owner_id,
        email_subject as title,
        -- A forwarded e-mail may have gone either way.
        case direction when 'EMAIL' then 'OUTBOUND' when 'INCOMING_EMAIL' then 'INBOUND' end as direction,
        email_status as status,
        null::text as outcome,
        null::text as channel,
        null::numeric as duration_seconds,
        happened_at,
        null::timestamptz as completed_at,
        created_at,
        updated_at,
        synced_at
    from {{ ref('stg_hubspot__emails') }}
),

notes as (
    select
        portal_id,
        'note' as activity_type,
        note_id as activity_id,
        owner_id,
        null::text as title,
        null::text as direction,
        null::text as status,
        null::text as outcome,
        null::text as channel,
        null::numeric as duration_seconds,
        happened_at,
        null::timestamptz as completed_at,
        created_at,
        updated_at,
        synced_at
    from {{ ref('stg_hubspot__notes') }}
),

tasks as (
    select
        portal_id,
        'task' as activity_type,
        task_id as activity_id,
        owner_id,
        task_subject as title,
        null::text as direction,
        task_status as status,
        null::text as outcome,
        null::text as channel,
        null::numeric as duration_seconds,
        happened_at,
        completed_at,
        created_at,
        updated_at,
        synced_at
    from {{ ref('stg_hubspot__tasks') }}
),

communications as (
    select
        portal_id,
        'communication' as activity_type,
        communication_id as activity_id,
        owner_id,
        null::text as title,
        null::text as direction,
        null::text as status,
        null::text as outcome,
        channel,
        null::numeric as duration_seconds,
        happened_at,
        null::timestamptz as completed_at,
        created_at,
        updated_at,
        synced_at
    from {{ ref('stg_hubspot__communications') }}
)

select * from calls
union all
select * from meetings
union all
select * from emails
union all
select * from notes
union all
select * from tasks
union all
select * from communications
