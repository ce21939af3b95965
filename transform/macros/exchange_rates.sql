{#- Whether a row of int_exchange_rates is the rate of a currency on a day; a condition to join it on. -#}
{% macro rate_applies(rates, currency, day) -%}
    {{ rates }}.currency = {{ currency }}
    and {{ day }} >= {{ rates }}.valid_from
    and {{ day }} < {{ rates }}.valid_until
{%- endmacro %}
