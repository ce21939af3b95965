{#- Of two tables that are replaced at once, each takes down the views on it, and some are on both. One after the other, for
    else each would wait for a view that the other is dropping, and PostgreSQL would end one of them. -#}
{% macro postgres__drop_table(relation) -%}
    select pg_advisory_xact_lock(hashtext('dbt drops a table'));
    drop table if exists {{ relation }} cascade
{%- endmacro %}
