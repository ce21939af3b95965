{{ crm_object('tasks', id_column='task_id') }}
