{{ association_bridge('deals', 'deal_id', 'contacts', 'contact_id') }}
