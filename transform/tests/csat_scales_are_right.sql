{{ config(severity='warn') }}

with

feedback as (
    select * from {{ ref('fct_feedback') }}
    where is_csat
),

scales as (
    select
        portal_id,
        trim(survey_id) as survey_id,
        scale_max
    from {{ ref('csat_scales') }}
),

beyond as (
    select
        portal_id,
        portal_name,
        survey_id,
        survey_name,
        scale_max,
        max(score) as best,
        count(*) as number_of_rows
    from feedback
    where score > scale_max
    group by portal_id, portal_name, survey_id, survey_name, scale_max
),

surveys as (
    select distinct portal_id, survey_id from feedback
)

select
    'portal ' || portal_id || ' (' || portal_name || '): the survey "' || survey_name || '" has ' || number_of_rows
    || ' scores above ' || trim_scale(scale_max) || ', up to ' || trim_scale(best)
    || '. Write its scale into seeds/csat_scales.csv (survey_id ' || coalesce(survey_id, 'unknown') || ')' as message
from beyond
union all
select
    'seeds/csat_scales.csv: portal ' || scales.portal_id || ', survey ' || scales.survey_id || ': '
    || case
        when scales.scale_max is null or scales.scale_max <= 1 then 'scale_max must be a number above 1'
        else 'the portal has no answer to a CSAT survey of this id. Correct the ids or remove the line'
    end as message
from scales
left join surveys
    on
        surveys.portal_id = scales.portal_id
        and surveys.survey_id = scales.survey_id
where
    surveys.portal_id is null
    or scales.scale_max is null
    or scales.scale_max <= 1
