{#- Every row of the raw table is here, and once: portal by portal, their numbers are the same. -#}
{% test keeps_all_of(model, stream) %}
{{ test_agrees_with(model, 'count(*)', raw(stream), 'count(*)') }}
{% endtest %}
