{{ config(severity='warn') }}

select
    'portal ' || portal_id || ' (' || portal_name || '): the survey "' || survey_name || '" has ' || count(*)
    || ' scores above ' || trim_scale(scale_max) || ', up to ' || trim_scale(max(score))
    || '. Write its scale into seeds/csat_scales.csv (survey_id ' || coalesce(survey_id, 'unknown') || ')' as message
from {{ ref('fct_feedback') }}
where
    is_csat
    and score > scale_max
group by portal_id, portal_name, survey_id, survey_name, scale_max
