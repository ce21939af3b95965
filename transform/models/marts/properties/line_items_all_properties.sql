{{ all_properties('line_items') }}
