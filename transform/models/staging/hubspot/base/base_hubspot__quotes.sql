{{ crm_object('quotes', id_column='quote_id') }}
