{{ config(materialized='incremental', incremental_strategy='differences', on_schema_change='fail') }}

{{ kpi_by_period('month') }}
