{{ all_properties('communications') }}
