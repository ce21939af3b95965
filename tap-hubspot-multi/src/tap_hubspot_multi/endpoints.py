"""HubSpot's addresses. The version of the API is one line, auth_service's; docs/upgrading.md says what goes with it."""

from __future__ import annotations

from auth_service.hubspot_requests import ACCOUNT_PATH, API_VERSION

_OBJECTS = f"/crm/objects/{API_VERSION}"
_ASSOCIATIONS = f"/crm/associations/{API_VERSION}"
_PROPERTIES = f"/crm/properties/{API_VERSION}"
_LISTS = f"/crm/lists/{API_VERSION}"
_PIPELINES = f"/crm/pipelines/{API_VERSION}"

OWNERS = f"/crm/owners/{API_VERSION}"
SCHEMAS = f"/crm-object-schemas/{API_VERSION}/schemas"
ACCOUNT_DETAILS = ACCOUNT_PATH
EXCHANGE_RATES = f"/settings/currencies/{API_VERSION}/exchange-rates"
LISTS_SEARCH = f"{_LISTS}/search"
MARKETING_EMAILS = f"/marketing/emails/{API_VERSION}"
CAMPAIGNS = f"/marketing/campaigns/{API_VERSION}"

# Users and teams have this one version.
USERS = "/settings/users/2026-03"
TEAMS = f"{USERS}/teams"

# Web analytics have no version of this form at all: one stream, so that their end costs one stream.
DAILY_VISITS = "/analytics/v2/reports/sources/daily"

# Forms have no version of this form yet, submissions only their first one.
FORMS = "/marketing/v3/forms"
_SUBMISSIONS = "/form-integrations/v1/submissions/forms"


def list_objects(object_type: str) -> str:
    """GET: records in the order of their ids, 100 a page."""
    return f"{_OBJECTS}/{object_type}"


def search(object_type: str) -> str:
    """POST: records that pass filters, 200 a page, 10,000 in all."""
    return f"{_OBJECTS}/{object_type}/search"


def batch_read(object_type: str, *, archived: bool = False) -> str:
    """POST: up to 100 records by id."""
    return f"{_OBJECTS}/{object_type}/batch/read?archived={'true' if archived else 'false'}"


def batch_read_associations(from_type: str, to_type: str) -> str:
    """POST: what up to 1,000 records are associated with."""
    return f"{_ASSOCIATIONS}/{from_type}/{to_type}/batch/read"


def association_labels(from_type: str, to_type: str) -> str:
    """GET: the ways in which records of two types can be associated, in one page."""
    return f"{_ASSOCIATIONS}/{from_type}/{to_type}/labels"


def properties(object_type: str) -> str:
    """GET: all property definitions of an object type, in one page."""
    return f"{_PROPERTIES}/{object_type}"


def pipelines(object_type: str) -> str:
    """GET: all pipelines of an object type with their stages, in one page."""
    return f"{_PIPELINES}/{object_type}"


def form_submissions(form_id: str) -> str:
    """GET: what was filled into one form, newest first, 50 a page."""
    return f"{_SUBMISSIONS}/{form_id}"


def marketing_email(email_id: str) -> str:
    """GET: one marketing e-mail."""
    return f"{MARKETING_EMAILS}/{email_id}"


def campaign_budget(campaign_id: str) -> str:
    """GET: all budget and spend items of one campaign."""
    return f"{CAMPAIGNS}/{campaign_id}/budget/totals"


def list_memberships(list_id: str) -> str:
    """GET: the members of a list, in the order in which they joined."""
    return f"{_LISTS}/{list_id}/memberships/join-order"
