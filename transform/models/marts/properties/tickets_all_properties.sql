{{ all_properties('tickets') }}
