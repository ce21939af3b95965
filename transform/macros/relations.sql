{#-
    How dbt makes tables and views here: as it does by itself, in fewer steps. There are some three hundred relations and
    tests, and a build of little data is as long as what the server is asked.
-#}

{#-
    A table with a contract is filled first, which PostgreSQL does in parallel where an INSERT is not, and its key made
    last, by one sort. Statistics are taken at once, for the next model may join it before autovacuum comes by.
-#}
{% macro postgres__create_table_as(temporary, relation, sql) -%}
    {%- set is_contract = config.get('contract').enforced and not temporary -%}
    {%- if config.get('contract').enforced -%}
        {{ get_assert_columns_equivalent(sql) }}
    {%- endif %}
    {%- if temporary and config.get('incremental_strategy') == 'differences' -%}
        {{ return(create_differences_as(relation, sql)) }}
    {%- endif %}
    create {{ 'temporary' if temporary else 'unlogged' if config.get('unlogged') }} table {{ relation }} as
    {%- if is_contract %}
    select
        {%- for column in model.columns.values() %}
        {{ column.name }}::{{ column.data_type }} as {{ column.name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from
    {%- endif %}
    (
        {{ sql }}
    )
    {%- if is_contract %} as contracted{% endif %};
    {%- if temporary %}
    analyze {{ relation }};
    {%- endif %}
{%- endmacro %}

{#- After the rows: the contract's constraints, the indexes, statistics. -#}
{% macro postgres__create_indexes(relation) -%}
    {%- set constraints = table_constraints() if config.get('contract').enforced else [] -%}
    {%- set finish -%}
        {%- if constraints %}
        alter table {{ relation }}
            {{ constraints | join(',\n            ') }};
        {%- endif %}
        {%- for index in config.get('indexes', default=[]) %}
        {{ get_create_index_sql(relation, index) }};
        {%- endfor %}
        analyze {{ relation }};
    {%- endset -%}
    {%- do run_query(finish) -%}
{%- endmacro %}

{#- The contract's constraints, as parts of an ALTER TABLE. -#}
{% macro table_constraints() -%}
    {%- set constraints = [] -%}
    {%- for column in model.columns.values() -%}
        {%- for constraint in column.constraints -%}
            {%- if constraint.type != 'not_null' -%}
                {{ exceptions.raise_compiler_error(
                    'constraint ' ~ constraint.type ~ ' of column ' ~ column.name ~ ': give it to the model'
                ) }}
            {%- endif -%}
            {%- do constraints.append('alter column ' ~ column.name ~ ' set not null') -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for constraint in adapter.render_raw_model_constraints(raw_constraints=model.constraints) -%}
        {%- do constraints.append('add ' ~ constraint) -%}
    {%- endfor -%}
    {{ return(constraints) }}
{%- endmacro %}

{% materialization view, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks, inside_transaction=false) }}
    {{ run_hooks(pre_hooks, inside_transaction=true) }}
    {%- if existing is not none and existing.type != 'view' -%}
        {{ adapter.drop_relation(existing) }}
    {%- endif -%}
    {%- call statement('main') %}
        {{ replace_view(target_relation, sql) }}
        {{ comments(target_relation, model) }}
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=true) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=false) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{#- A view is replaced where it stands, and what depends on it stays; only if it lost a column or changed a type it goes. One that
    says what it should is left alone: to replace it, a build would wait for all who read it, and others for the build. -#}
{% macro replace_view(relation, sql) -%}
    {#- A property's name may hold any text, but not the hash of the text that holds it. -#}
    {%- set quote = '$replace_' ~ local_md5(sql) ~ '$' -%}
    do {{ quote }}
    begin
        create temporary view view_as_wanted as (
            {{ sql }}
        );
        if
            pg_get_viewdef('pg_temp.view_as_wanted'::regclass)
            is distinct from pg_get_viewdef(to_regclass('{{ relation }}'))
        then
            begin
                create or replace view {{ relation }} as (
                    {{ sql }}
                );
            exception when invalid_table_definition then
                drop view {{ relation }} cascade;
                create view {{ relation }} as (
                    {{ sql }}
                );
            end;
        end if;
        drop view pg_temp.view_as_wanted;
        -- A view reads with its owner's rights, and a former one may not read what was loaded since.
        if current_user::regrole <> (select relowner from pg_class where oid = to_regclass('{{ relation }}')) then
            alter view {{ relation }} owner to current_user;
        end if;
    end
    {{ quote }};
{%- endmacro %}

{#- All descriptions in one statement. A described column that is not there is an error. -#}
{% macro postgres__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- do run_query(comments(relation, model)) -%}
{%- endmacro %}

{% macro comments(relation, model) -%}
    {%- if config.persist_relation_docs() and model.description %}
    {{ alter_relation_comment(relation, model.description) }}
    {%- endif %}
    {%- if config.persist_column_docs() %}
    {%- for column in model.columns.values() if column.description %}
    comment on column {{ relation }}.{{ column.name }} is {{ postgres_escape_comment(column.description) }};
    {%- endfor %}
    {%- endif %}
{%- endmacro %}
