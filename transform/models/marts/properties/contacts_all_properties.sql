{{ all_properties('contacts') }}
