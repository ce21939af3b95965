{{ crm_object('communications', id_column='communication_id') }}
