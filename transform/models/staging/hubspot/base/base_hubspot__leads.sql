{{ crm_object('leads', id_column='lead_id') }}
