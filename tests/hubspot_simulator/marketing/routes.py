"""The routes of marketing and settings."""

from __future__ import annotations

from tests.hubspot_simulator.api import Api
from tests.hubspot_simulator.marketing.analytics_api import report
from tests.hubspot_simulator.marketing.campaigns_api import budget_totals, list_campaigns
from tests.hubspot_simulator.marketing.email_statistics_api import histogram, list_statistics
from tests.hubspot_simulator.marketing.emails_api import get_email, list_emails
from tests.hubspot_simulator.marketing.forms_api import list_forms, list_submissions
from tests.hubspot_simulator.marketing.lists_api import memberships, memberships_in_join_order, search_lists
from tests.hubspot_simulator.marketing.settings_api import (
    company_currency,
    list_current_rates,
    list_exchange_rates,
    list_teams,
    list_users,
)

_EMAILS = ("content", "marketing.email.read")
_CAMPAIGNS = ("marketing.campaigns.read",)
_FORMS = ("forms",)
_ANALYTICS = ("business-intelligence",)
_LISTS = ("crm.lists.read",)
_USERS = ("settings.users.read", "crm.objects.users.read")
_TEAMS = ("settings.users.teams.read",)
_CURRENCIES = ("settings.currencies.read",)

MARKETING_APIS = (
    Api(
        "marketing.emails.list",
        "GET",
        list_emails,
        "/marketing/emails/{v}",
        "/marketing/v3/emails/",
        scopes=_EMAILS,
    ),
    # Before the single e-mail, whose id would else be "statistics".
    Api(
        "marketing.emails.statistics",
        "GET",
        list_statistics,
        "/marketing/emails/{v}/statistics/list",
        "/marketing/v3/emails/statistics/list",
        scopes=_EMAILS,
    ),
    Api(
        "marketing.emails.histogram",
        "GET",
        histogram,
        "/marketing/emails/{v}/statistics/histogram",
        "/marketing/v3/emails/statistics/histogram",
        scopes=_EMAILS,
    ),
    Api(
        "marketing.emails.get",
        "GET",
        get_email,
        "/marketing/emails/{v}/{email_id}",
        "/marketing/v3/emails/{email_id}",
        scopes=_EMAILS,
    ),
    # Analytics have no date version.
    Api(
        "analytics.sources",
        "GET",
        report,
        "/analytics/v2/reports/{breakdown}/{period:path}",
        scopes=_ANALYTICS,
    ),
    Api("lists.search", "POST", search_lists, "/crm/lists/{v}/search", "/crm/v3/lists/search", scopes=_LISTS),
    Api(
        "lists.memberships",
        "GET",
        memberships,
        "/crm/lists/{v}/{list_id}/memberships",
        "/crm/v3/lists/{list_id}/memberships",
        scopes=_LISTS,
    ),
    Api(
        "lists.memberships",
        "GET",
        memberships_in_join_order,
        "/crm/lists/{v}/{list_id}/memberships/join-order",
        "/crm/v3/lists/{list_id}/memberships/join-order",
        scopes=_LISTS,
    ),
    # Users and teams have this one date version.
    Api(
        "settings.teams",
        "GET",
        list_teams,
        "/settings/users/2026-03/teams",
        "/settings/v3/users/teams",
        scopes=_TEAMS,
    ),
    Api("settings.users", "GET", list_users, "/settings/users/2026-03", "/settings/v3/users/", scopes=_USERS),
    Api(
        "settings.exchange_rates",
        "GET",
        list_exchange_rates,
        "/settings/currencies/{v}/exchange-rates",
        "/settings/v3/currencies/exchange-rates",
        scopes=_CURRENCIES,
    ),
    Api(
        "settings.exchange_rates.current",
        "GET",
        list_current_rates,
        "/settings/currencies/{v}/exchange-rates/current",
        "/settings/v3/currencies/exchange-rates/current",
        scopes=_CURRENCIES,
    ),
    Api(
        "settings.company_currency",
        "GET",
        company_currency,
        "/settings/currencies/{v}/company-currency",
        "/settings/v3/currencies/company-currency",
        scopes=_CURRENCIES,
    ),
    Api(
        "campaigns.list",
        "GET",
        list_campaigns,
        "/marketing/campaigns/{v}",
        "/marketing/v3/campaigns",
        scopes=_CAMPAIGNS,
    ),
    Api(
        "campaigns.budget",
        "GET",
        budget_totals,
        "/marketing/campaigns/{v}/{campaign_id}/budget/totals",
        "/marketing/v3/campaigns/{campaign_id}/budget/totals",
        scopes=_CAMPAIGNS,
    ),
    # Forms have no date version yet, submissions only the first one.
    Api("forms.list", "GET", list_forms, "/marketing/v3/forms", "/marketing/v3/forms/", scopes=_FORMS),
    Api(
        "forms.submissions",
        "GET",
        list_submissions,
        "/form-integrations/v1/submissions/forms/{form_id}",
        scopes=_FORMS,
    ),
)
