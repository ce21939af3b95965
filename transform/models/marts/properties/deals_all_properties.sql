{{ all_properties('deals') }}
