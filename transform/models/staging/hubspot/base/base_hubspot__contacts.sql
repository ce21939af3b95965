{{ crm_object('contacts', id_column='contact_id') }}
