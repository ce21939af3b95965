-- The one tall relation. A view: names are looked up in a blink, and millions of rows need not be written once more for them.
{{ config(materialized='view') }}

with

measures as (
    select * from {{ ref('int_kpis') }}
)

{{ named_kpis('date') }}
