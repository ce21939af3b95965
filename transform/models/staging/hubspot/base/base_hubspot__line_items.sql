{{ crm_object('line_items', id_column='line_item_id') }}
