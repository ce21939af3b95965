-- A KPI is one line of a `values` list below: name, the day it counts on, numerator, denominator.

with

tickets as (
    select * from {{ ref('fct_tickets') }}
),

feedback as (
    select * from {{ ref('fct_feedback') }}
    where is_csat
),

ticket_measures as (
    select
        tickets.portal_id,
        measure.date,
        measure.kpi,
        coalesce(tickets.pipeline_id, 'UNKNOWN') as dimension_id,
        tickets.pipeline_label as dimension,
        measure.numerator,
        measure.denominator
    from tickets
    cross join lateral (
        values
        ('tickets_created', tickets.created_date, 1, null),
        -- The fact has no day of closing for an open ticket.
        ('tickets_closed', tickets.closed_date, 1, null),
        (
            'first_response_hours',
            case when tickets.first_response_hours is not null then tickets.created_date end,
            tickets.first_response_hours,
            1
        ),
        ('first_response_coverage', tickets.created_date, (tickets.first_response_hours is not null)::int, 1)
    ) as measure (kpi, date, numerator, denominator)
),

feedback_measures as (
    select
        feedback.portal_id,
        measure.date,
        measure.kpi,
        coalesce(feedback.survey_id, 'UNKNOWN') as dimension_id,
        feedback.survey_name as dimension,
        measure.numerator,
        measure.denominator
    from feedback
    cross join lateral (
        values
        ('csat_responses', feedback.submitted_date, 1, null),
        -- An answer without a score is neither good nor bad.
        ('csat_score', case when feedback.score is not null then feedback.submitted_date end, feedback.score, 1),
        (
            'csat_satisfied_rate',
            case when feedback.score is not null then feedback.submitted_date end,
            feedback.is_satisfied::int,
            1
        )
    ) as measure (kpi, date, numerator, denominator)
),

measures as (
    select * from ticket_measures
    union all
    select * from feedback_measures
)

select
    portal_id,
    date,
    kpi,
    dimension_id,
    dimension,
    '' as sub_dimension_id,
    '' as sub_dimension,
    sum(numerator)::numeric as numerator,
    sum(denominator)::numeric as denominator
from measures
-- Not (yet) happened: not closed, not answered.
where date is not null
group by portal_id, date, kpi, dimension_id, dimension
{{ in_order_of_questions() }}
