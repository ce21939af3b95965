{{ all_properties('custom_objects') }}
