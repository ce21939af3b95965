-- The teams' KPIs that are medians: of a day's samples. A longer period takes its own, for medians do not add up.
with

samples as (
    {{ samples_of_teams() }}
)

select
    portal_id,
    date,
    kpi,
    dimension_id,
    max(dimension) as dimension,
    {{ median('sample') }} as median
from samples
group by portal_id, date, kpi, dimension_id
{{ in_order_of_questions() }}
