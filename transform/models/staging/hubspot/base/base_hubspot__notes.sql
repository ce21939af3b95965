{{ crm_object('notes', id_column='note_id') }}
