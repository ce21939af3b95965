{#- What would make figures wrong or be ignored in silence: each row with its cure. The table name is the file's. -#}
{%- set mappings = {
    'pipeline_mapping': ['object_type', 'pipeline_id', 'common_pipeline'],
    'stage_mapping': ['object_type', 'pipeline_id', 'stage_id', 'common_stage'],
    'lifecycle_mapping': ['lifecycle_stage', 'common_stage'],
    'source_mapping': ['source', 'common_source'],
} -%}
{%- set keys = {
    'portal_groups': ['portal_id', 'group_type', 'group_name'],
    'kpi_targets': ['portal_id', 'group_name', 'kpi', 'month'],
} -%}
{%- for seed, columns in mappings.items() -%}
    {%- do keys.update({seed: ['portal_id'] + columns[:-1]}) -%}
{%- endfor -%}

with

problems as (
    {%- for seed, columns in keys.items() %}
    select
        '{{ seed }}' as seed,
        {{ seed_row(columns) }} as line,
        'portal_id "' || portal_id || '" is no number: write the id as HubSpot shows it, digits only' as problem
    from {{ ref(seed) }}
    where
        {{ seed_text('portal_id') }} is not null
        and {{ seed_portal_id('portal_id') }} is null

    union all

    select
        '{{ seed }}',
        {{ seed_row(columns) }},
        'there are ' || count(*) || ' rows for the same {{ columns | join(", ") }}: leave one'
    from (
        select
            {%- for column in columns %}
            {% if column == 'month' %}{{ seed_month('month') }}::text{% else %}{{ seed_text(column) }}{% endif %} as {{ column }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        from {{ ref(seed) }}
    ) as {{ seed }}
    group by {{ columns | join(', ') }}
    having count(*) > 1

    union all
    {% endfor %}

    {%- for seed, columns in mappings.items() %}
    select
        '{{ seed }}',
        {{ seed_row(['portal_id'] + columns) }},
        'fill {{ columns | join(", ") }}: only portal_id may be empty, for all portals'
    from {{ ref(seed) }}
    where
        {%- for column in columns %}
        {{ seed_text(column) }} is null
        {%- if not loop.last %} or {% endif %}
        {%- endfor %}

    union all
    {% endfor %}

    select
        'portal_groups',
        {{ seed_row(keys['portal_groups']) }},
        'fill portal_id, group_type and group_name'
    from {{ ref('portal_groups') }}
    where
        {{ seed_text('portal_id') }} is null
        or {{ seed_text('group_type') }} is null
        or {{ seed_text('group_name') }} is null

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
        {{ seed_row(['portal_id', 'group_name', 'targets.kpi', 'month', 'target']) }},
        case
            when kpis.kpi is null
                then '"' || coalesce(targets.kpi, '') || '" is no KPI: take a name from seeds/kpi_definitions.csv'
            when {{ seed_month('targets.month') }} is null
                then 'month "' || coalesce(month, '') || '" can''t be read: write it as 2026-07'
            when {{ hubspot_numeric('trim(targets.target)') }} is null
                then 'target "' || coalesce(target, '') || '" is no number: write it as 1234.5'
            else 'fill portal_id or group_name, and not both'
        end
    from {{ ref('kpi_targets') }} as targets
    left join {{ ref('kpi_definitions') }} as kpis on kpis.kpi = {{ seed_text('targets.kpi') }}
    where
        kpis.kpi is null
        or {{ seed_month('targets.month') }} is null
        or {{ hubspot_numeric('trim(targets.target)') }} is null
        or ({{ seed_text('portal_id') }} is null) = ({{ seed_text('group_name') }} is null)

    union all

    select
        'exchange_rates',
        concat_ws(',', from_currency, to_currency, valid_from, rate),
        'write currencies as three letters (EUR), and a rate above 0'
    from {{ ref('exchange_rates') }}
    where
        coalesce(upper(trim(from_currency)) !~ '^[A-Z]{3}$', true)
        or coalesce(upper(trim(to_currency)) !~ '^[A-Z]{3}$', true)
        or coalesce(rate <= 0, true)
        or valid_from is null
)

select 'seeds/' || seed || '.csv, row ' || line || ': ' || problem as message
from problems
