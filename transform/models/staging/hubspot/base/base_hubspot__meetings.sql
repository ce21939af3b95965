{{ crm_object('meetings', id_column='meeting_id') }}
