{{ all_properties('products') }}
