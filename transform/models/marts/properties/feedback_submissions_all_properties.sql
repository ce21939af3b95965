{{ all_properties('feedback_submissions') }}
