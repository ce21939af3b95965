{{ all_properties('tasks') }}
