{{ all_properties('quotes') }}
