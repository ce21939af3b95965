-- Which live activities there are, and in which version, without what they say: cheap to compare with a table of them.
{{ live_activities('synced_at') }}
