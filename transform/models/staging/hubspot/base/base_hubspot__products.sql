{{ crm_object('products', id_column='product_id') }}
