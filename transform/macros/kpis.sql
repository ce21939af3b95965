{#- Every KPI by name, in the order of the scorecard's columns. A test holds it against the seed kpi_definitions. -#}
{% macro kpi_names() -%}
    {{- return([
        'new_contacts',
        'mqls',
        'new_customers',
        'marketing_spend',
        'cac',
        'sessions',
        'emails_sent',
        'emails_delivered',
        'emails_opened',
        'emails_clicked',
        'emails_bounced',
        'emails_unsubscribed',
        'email_open_rate',
        'email_click_rate',
        'email_click_through_rate',
        'form_submissions',
        'deals_created',
        'deals_created_value',
        'deals_won',
        'deals_lost',
        'won_value',
        'win_rate',
        'sales_cycle_days',
        'sales_cycle_days_median',
        'sales_velocity',
        'pipeline_value',
        'weighted_pipeline_value',
        'calls_logged',
        'meetings_logged',
        'emails_logged',
        'notes_logged',
        'tasks_logged',
        'tickets_created',
        'tickets_closed',
        'first_response_hours',
        'first_response_hours_median',
        'first_response_coverage',
        'csat_responses',
        'csat_score',
        'csat_satisfied_rate'
    ]) -}}
{%- endmacro %}

{#- The KPI of summed parts: a ratio or mean divides them, a median comes from elsewhere, all else is the numerator.
    A denominator of zero gives NULL: nothing happened that could have a rate. -#}
{% macro kpi_value(aggregation, numerator, denominator, median='null') -%}
    case
        when {{ aggregation }} = 'median' then {{ median }}
        when {{ aggregation }} in ('ratio', 'mean', 'monthly') then {{ numerator }} / nullif({{ denominator }}, 0)
        else {{ numerator }}
    end
{%- endmacro %}

{% macro median(expression) -%}
    (percentile_cont(0.5) within group (order by {{ expression }}))::numeric
{%- endmacro %}

{#- The first day of the week (a Monday) or month. Weeks are counted from a Monday: millions of rows ask, and
    date_trunc takes longer. -#}
{% macro first_day(period, date) -%}
    {%- if period == 'week' -%}
    ({{ date }} - ({{ date }} - date '0001-01-01') % 7)
    {%- else -%}
    date_trunc('{{ period }}', {{ date }}::timestamp)::date
    {%- endif -%}
{%- endmacro %}

{#- A fiscal year is named after the calendar year it ends in. -#}
{% macro fiscal_year(date) -%}
    extract(year from {{ _months_to_calendar_year(date) }})::int
{%- endmacro %}

{% macro fiscal_quarter(date) -%}
    extract(quarter from {{ _months_to_calendar_year(date) }})::int
{%- endmacro %}

{% macro _months_to_calendar_year(date) -%}
    {{ date }} + interval '{{ (13 - var("fiscal_year_start_month") | int) % 12 }} months'
{%- endmacro %}

{#- Relative change. NULL when there is nothing to compare with, or nothing to divide by. -#}
{% macro relative_change(value, previous) -%}
    ({{ value }} - {{ previous }}) / abs(nullif({{ previous }}, 0))
{%- endmacro %}
