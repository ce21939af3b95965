{#- dbt's `relationships` compares one column, which would take another portal's row of the same id for the parent. -#}
{% test belongs_to(model, parent, columns) %}

select child.*
from {{ model }} as child
where
    {%- for column in columns %}
    child.{{ column }} is not null and
    {%- endfor %}
    not exists (
        select 1
        from {{ parent }} as parent
        where
            {%- for column in columns %}
            parent.{{ column }} = child.{{ column }}
            {%- if not loop.last %} and {% endif %}
            {%- endfor %}
    )

{% endtest %}
