{{ crm_object('emails', id_column='email_id') }}
