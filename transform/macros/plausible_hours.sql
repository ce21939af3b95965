{#- Clocks that differ make negative times, and imports write a moment where a time belongs: more than ten years. -#}
{% macro plausible_hours(milliseconds) -%}
    case when {{ milliseconds }} between 0 and 3650 * 86400000.0 then round({{ milliseconds }} / 3600000.0, 6) end
{%- endmacro %}
