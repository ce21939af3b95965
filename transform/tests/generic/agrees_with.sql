{#-
    Sums or counts are the same in both relations, portal by portal: no join lost or multiplied a row on the way.
    Several of the same two relations are lists of the same order, for which each relation is read once.
-#}
{% test agrees_with(model, measure, other, other_measure) %}
{%- set measures = [measure] if measure is string else measure -%}
{%- set other_measures = [other_measure] if other_measure is string else other_measure %}

with

ours as (
    select
        portal_id
        {%- for expression in measures %},
        {{ expression }} as measure_{{ loop.index }}
        {%- endfor %}
    from {{ model }}
    group by portal_id
),

theirs as (
    select
        portal_id
        {%- for expression in other_measures %},
        {{ expression }} as other_measure_{{ loop.index }}
        {%- endfor %}
    from {{ other }}
    group by portal_id
)

select
    coalesce(ours.portal_id, theirs.portal_id) as portal_id
    {%- for expression in measures %},
    ours.measure_{{ loop.index }},
    theirs.other_measure_{{ loop.index }}
    {%- endfor %}
from ours
full outer join theirs on theirs.portal_id = ours.portal_id
where
    {%- for expression in measures %}
    coalesce(ours.measure_{{ loop.index }}, 0) <> coalesce(theirs.other_measure_{{ loop.index }}, 0)
    {%- if not loop.last %} or {% endif %}
    {%- endfor %}

{% endtest %}
