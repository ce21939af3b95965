{#-
    Every HubSpot property value is text. These macros type it, and give NULL for what can't be read: admins change
    property types, imports bring garbage, and one bad cell must not stop the build for every portal.
    The regular expressions decide before the cast, so the cast can't fail. (pg_input_is_valid() would be shorter, but
    needs PostgreSQL 16, and lets 'infinity' and 'now' through.)
-#}

{#- Up to 10^18, in plain or scientific notation. More is no amount of money, only a way to overflow the sums. -#}
{% macro hubspot_numeric(value) -%}
    case
        when {{ value }} ~ '^[+-]?([0-9]{1,30}([.][0-9]{0,30})?|[.][0-9]{1,30})([eE][+-]?[0-9]{1,2})?$'
            then case when abs({{ value }}::numeric) <= 1e18 then {{ value }}::numeric end
    end
{%- endmacro %}

{#- ISO 8601 in UTC (a date alone is its midnight), or epoch milliseconds: HubSpot mixes both, even in one property.
    Fewer than 11 digits are no milliseconds of this age but a year, a count or seconds. -#}
{% macro hubspot_timestamp(value) -%}
    case
        -- A long expression takes three times as long as a short one, which does for nearly all values.
        when {{ value }} ~ '{{ _usual_datetime() }}' then {{ value }}::timestamp at time zone 'UTC'
        when {{ value }} ~ '{{ _iso_date_or_datetime() }}' then {{ value }}::timestamp at time zone 'UTC'
        when {{ value }} ~ '^-?[0-9]{11,13}$' then to_timestamp({{ value }}::bigint / 1000.0)
    end
{%- endmacro %}

{#- HubSpot's dates have no time zone; in milliseconds they are UTC midnights. -#}
{% macro hubspot_date(value) -%}
    ({{ hubspot_timestamp(value) }} at time zone 'UTC')::date
{%- endmacro %}

{% macro hubspot_boolean(value) -%}
    case lower({{ value }}) when 'true' then true when 'false' then false end
{%- endmacro %}

{#- The names of the properties that hold what can't be read, by commas; NULL if all can be. Given is how each is read. -#}
{% macro unreadable_properties(readers) -%}
    nullif(
        concat_ws(
            ','
            {%- for property, read in readers.items() %},
            case when property.{{ property }} is not null and {{ read('property.' ~ property) }} is null then '{{ property }}' end
            {%- endfor %}
        ),
        ''
    )
{%- endmacro %}

{#- As HubSpot writes it; of days that all months have. -#}
{% macro _usual_datetime() -%}
    ^2[0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{3})?Z$
{%- endmacro %}

{#- Only days that exist, of the years 1600 to 2999: Python and most BI tools can't read a date after 9999. -#}
{% macro _iso_date_or_datetime() -%}
    {%- set day = '(1[6-9]|2[0-9])[0-9]{2}-('
        ~ '(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])'
        ~ '|(0[469]|11)-(0[1-9]|[12][0-9]|30)'
        ~ '|02-(0[1-9]|1[0-9]|2[0-8]))' -%}
    {%- set leap_day = '((1[6-9]|2[0-9])(0[48]|[2468][048]|[13579][26])|(16|20|24|28)00)-02-29' -%}
    {%- set time = '[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+]00:?00)?' -%}
    ^({{ day }}|{{ leap_day }})({{ time }})?$
{%- endmacro %}
