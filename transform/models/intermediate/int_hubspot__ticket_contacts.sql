{{ association_bridge('tickets', 'ticket_id', 'contacts', 'contact_id') }}
