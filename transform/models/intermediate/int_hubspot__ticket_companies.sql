{{ association_bridge('tickets', 'ticket_id', 'companies', 'company_id', primary_type_id=26) }}
