{{ all_properties('calls') }}
