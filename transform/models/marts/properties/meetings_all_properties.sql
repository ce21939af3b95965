{{ all_properties('meetings') }}
