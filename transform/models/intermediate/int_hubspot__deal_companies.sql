{{ association_bridge('deals', 'deal_id', 'companies', 'company_id', primary_type_id=5) }}
