-- A portal's last day of each month on which its velocity was known, all its pipelines together.
with

velocities as (
    select * from {{ ref('fct_sales_velocity') }}
    where
        pipeline_id = ''
        and velocity is not null
)

select distinct on (portal_id, {{ first_day('month', 'date') }})
    portal_id,
    {{ first_day('month', 'date') }} as month,
    date,
    open_deals,
    won,
    lost,
    won_value,
    valued_deals,
    cycle_days,
    cycles,
    velocity
from velocities
order by portal_id, {{ first_day('month', 'date') }}, date desc
