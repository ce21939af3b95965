{{ all_properties('leads') }}
