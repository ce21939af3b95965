{{ crm_object('companies', id_column='company_id') }}
