{{ association_bridge('tickets', 'ticket_id', 'deals', 'deal_id') }}
