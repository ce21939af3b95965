{{ crm_object('tickets', id_column='ticket_id') }}
