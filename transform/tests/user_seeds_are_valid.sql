{#- What would make figures wrong or be ignored in silence: each row with its cure. The table name is the file's, the
    columns are in its order; all but `value` are the key. -#}
{%- set seeds = {
    'portal_groups': {'columns': ['portal_id', 'group_type', 'group_name']},
    'kpi_targets': {
        'columns': ['portal_id', 'group_name', 'kpi', 'month', 'target'],
        'value': 'target',
        'may_be_empty': ['portal_id', 'group_name'],
    },
    'pipeline_mapping': {
        'columns': ['portal_id', 'object_type', 'pipeline_id', 'common_pipeline'],
        'value': 'common_pipeline',
        'may_be_empty': ['portal_id'],
    },
    'stage_mapping': {
        'columns': ['portal_id', 'object_type', 'pipeline_id', 'stage_id', 'common_stage'],
        'value': 'common_stage',
        'may_be_empty': ['portal_id'],
    },
    'lifecycle_mapping': {
        'columns': ['portal_id', 'lifecycle_stage', 'common_stage'],
        'value': 'common_stage',
        'may_be_empty': ['portal_id'],
    },
    'source_mapping': {
        'columns': ['portal_id', 'source', 'common_source'],
        'value': 'common_source',
        'may_be_empty': ['portal_id'],
    },
    'marketing_spend': {
        'columns': ['portal_id', 'month', 'channel', 'amount', 'currency'],
        'value': 'amount',
        'may_be_empty': ['currency'],
    },
    'csat_scales': {'columns': ['portal_id', 'survey_id', 'scale_max'], 'value': 'scale_max'},
    'exchange_rates': {'columns': ['from_currency', 'to_currency', 'valid_from', 'rate'], 'value': 'rate'},
} -%}
{%- set numbers = {'target': none, 'amount': '>= 0', 'scale_max': '> 0', 'rate': '> 0'} -%}

with

checked as (
    {%- for seed, its in seeds.items() %}
    {%- set key = its.columns | reject('equalto', its.value | default('')) | list %}
    {%- set required = its.columns | reject('in', its.may_be_empty | default([])) | list %}
    select
        '{{ seed }}' as seed,
        {{ seed_row(its.columns) }} as line,
        concat_ws(',' {%- for column in key %}, coalesce({{ seed_key(column) }}, ''){% endfor %}) as key,
        '{{ key | join(", ") }}' as key_columns,
        case
            {%- for column in required %}
            when {{ seed_text(column) }} is null
                then 'fill {{ required | join(", ") }}'
            {%- endfor %}
            {%- for column in its.columns %}
            {%- if column == 'portal_id' %}
            when {{ seed_text(column) }} is not null and {{ seed_portal_id(column) }} is null
                then 'portal_id "' || portal_id || '" is no number: write the id as HubSpot shows it, digits only'
            {%- elif column == 'month' %}
            when {{ seed_month(column) }} is null
                then 'month "' || month || '" can''t be read: write it as 2026-07'
            {%- elif column == 'valid_from' %}
            when {{ seed_date(column) }} is null
                then 'valid_from "' || valid_from || '" can''t be read: write it as 2026-07-01'
            {%- elif 'currency' in column %}
            when upper(trim({{ column }})) !~ '^([A-Z]{3})?$'
                then '{{ column }} "' || {{ column }} || '" is no ISO code: write it as EUR'
            {%- elif column in numbers %}
            when {{ seed_number(column) }} is null
                then '{{ column }} "' || {{ column }} || '" is no number: write it as 1234.5'
            {%- if numbers[column] %}
            when not {{ seed_number(column) }} {{ numbers[column] }}
                then '{{ column }} "' || {{ column }} || '" must be {{ numbers[column] }}'
            {%- endif %}
            {%- endif %}
            {%- endfor %}
        end as problem
    from {{ ref(seed) }}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
),

problems as (
    select seed, line, problem
    from checked
    where problem is not null

    union all

    select
        seed,
        key,
        'there are ' || count(*) || ' rows for the same ' || key_columns || ': leave one'
    from checked
    group by seed, key, key_columns
    having count(*) > 1

    union all

    select
        'portal_groups',
        string_agg(distinct {{ seed_text('group_type') }}, ', ') || ': ' || {{ seed_text('group_name') }},
        'a name has one type only, and neither the type "all" nor the name "All portals": give the groups names of their own'
    from {{ ref('portal_groups') }}
    group by {{ seed_text('group_name') }}
    having
        count(distinct {{ seed_text('group_type') }}) > 1
        or bool_or({{ seed_text('group_type') }} = 'all' or {{ seed_text('group_name') }} = 'All portals')

    union all

    select
        'kpi_targets',
        {{ seed_row(seeds.kpi_targets.columns) }},
        case
            when ({{ seed_text('portal_id') }} is null) = ({{ seed_text('group_name') }} is null)
                then 'fill portal_id or group_name, and not both'
            else '"' || kpi || '" is no KPI: take a name from definitions/kpi_definitions.csv'
        end
    from {{ ref('kpi_targets') }}
    where
        ({{ seed_text('portal_id') }} is null) = ({{ seed_text('group_name') }} is null)
        or {{ seed_text('kpi') }} not in (select kpi from {{ ref('kpi_definitions') }})
)

select 'seeds/' || seed || '.csv, row ' || line || ': ' || problem as message
from problems
