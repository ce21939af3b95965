{#- HubSpot's own lifecycle stages, and what our columns call them. -#}
{% macro lifecycle_stages() -%}
    {{ return({
        'subscriber': 'subscriber',
        'lead': 'lead',
        'marketingqualifiedlead': 'mql',
        'salesqualifiedlead': 'sql',
        'opportunity': 'opportunity',
        'customer': 'customer',
        'evangelist': 'evangelist',
        'other': 'other',
    }) }}
{%- endmacro %}
