{{ crm_object('feedback_submissions', id_column='feedback_submission_id') }}
