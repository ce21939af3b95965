{#- Open deals × win rate × mean won value ÷ mean sales cycle, of the columns of fct_sales_velocity or sums of them. -#}
{% macro sales_velocity(parts) -%}
    case
        -- Imported deals may be closed before they were created; a speed of no or negative time is none.
        when {{ parts }}.valued_deals > 0 and {{ parts }}.cycle_days > 0
            -- Products first: what is divided early is rounded early.
            then round(
                {{ parts }}.open_deals * {{ parts }}.won * {{ parts }}.won_value * {{ parts }}.cycles
                / (({{ parts }}.won + {{ parts }}.lost) * {{ parts }}.valued_deals * {{ parts }}.cycle_days),
                6
            )
    end
{%- endmacro %}
