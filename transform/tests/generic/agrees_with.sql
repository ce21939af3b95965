{#- A sum or count is the same in both relations, portal by portal: no join lost or multiplied a row on the way. -#}
{% test agrees_with(model, measure, other, other_measure) %}

with

ours as (
    select portal_id, {{ measure }} as measure
    from {{ model }}
    group by portal_id
),

theirs as (
    select portal_id, {{ other_measure }} as measure
    from {{ other }}
    group by portal_id
)

select
    coalesce(ours.portal_id, theirs.portal_id) as portal_id,
    ours.measure,
    theirs.measure as other_measure
from ours
full outer join theirs on theirs.portal_id = ours.portal_id
where coalesce(ours.measure, 0) <> coalesce(theirs.measure, 0)

{% endtest %}
