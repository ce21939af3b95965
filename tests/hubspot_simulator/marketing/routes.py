"""The routes of marketing and settings."""

from __future__ import annotations

from tests.hubspot_simulator.api import Api
from tests.hubspot_simulator.marketing.forms_api import list_forms, list_submissions

MARKETING_APIS = (
    # Forms have no date version yet, submissions only the first one.
    Api("forms.list", "GET", list_forms, "/marketing/v3/forms", "/marketing/v3/forms/"),
    Api("forms.submissions", "GET", list_submissions, "/form-integrations/v1/submissions/forms/{form_id}"),
)
