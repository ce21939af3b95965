{#- A seed whose columns or types are not those of its table is made anew: dbt would stop, and ask for --full-refresh. -#}
{% macro postgres__reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
    {%- set types = model.config.column_types -%}
    {%- set there = [] -%}
    {%- set wanted = [] -%}
    {%- for column in adapter.get_columns_in_relation(old_relation) -%}
        {%- do there.append((column.name, column.dtype)) -%}
        {%- do wanted.append((agate_table.column_names[loop.index0], types.get(column.name, column.dtype))) -%}
    {%- endfor -%}
    {%- set is_the_same = there == wanted and there | length == agate_table.column_names | length -%}
    {{ return(default__reset_csv_table(model, full_refresh or not is_the_same, old_relation, agate_table)) }}
{%- endmacro %}
