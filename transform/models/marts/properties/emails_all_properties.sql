{{ all_properties('emails') }}
