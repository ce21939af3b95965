{{ crm_object('deals', id_column='deal_id') }}
