{{ crm_object('calls', id_column='call_id') }}
