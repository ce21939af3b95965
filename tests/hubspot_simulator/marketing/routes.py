"""The routes of marketing and settings."""

from __future__ import annotations

from tests.hubspot_simulator.api import Api
from tests.hubspot_simulator.marketing.campaigns_api import budget_totals, list_campaigns
from tests.hubspot_simulator.marketing.email_statistics_api import histogram, list_statistics
from tests.hubspot_simulator.marketing.emails_api import get_email, list_emails
from tests.hubspot_simulator.marketing.forms_api import list_forms, list_submissions

MARKETING_APIS = (
    Api("marketing.emails.list", "GET", list_emails, "/marketing/emails/{v}", "/marketing/v3/emails/"),
    # Before the single e-mail, whose id would else be "statistics".
    Api(
        "marketing.emails.statistics",
        "GET",
        list_statistics,
        "/marketing/emails/{v}/statistics/list",
        "/marketing/v3/emails/statistics/list",
    ),
    Api(
        "marketing.emails.histogram",
        "GET",
        histogram,
        "/marketing/emails/{v}/statistics/histogram",
        "/marketing/v3/emails/statistics/histogram",
    ),
    Api(
        "marketing.emails.get",
        "GET",
        get_email,
        "/marketing/emails/{v}/{email_id}",
        "/marketing/v3/emails/{email_id}",
    ),
    Api("campaigns.list", "GET", list_campaigns, "/marketing/campaigns/{v}", "/marketing/v3/campaigns"),
    Api(
        "campaigns.budget",
        "GET",
        budget_totals,
        "/marketing/campaigns/{v}/{campaign_id}/budget/totals",
        "/marketing/v3/campaigns/{campaign_id}/budget/totals",
    ),
    # Forms have no date version yet, submissions only the first one.
    Api("forms.list", "GET", list_forms, "/marketing/v3/forms", "/marketing/v3/forms/"),
    Api("forms.submissions", "GET", list_submissions, "/form-integrations/v1/submissions/forms/{form_id}"),
)
