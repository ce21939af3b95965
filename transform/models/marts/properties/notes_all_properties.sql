{{ all_properties('notes') }}
