{{ all_properties('companies') }}
