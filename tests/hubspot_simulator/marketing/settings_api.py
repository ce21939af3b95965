"""Users, teams and currencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.call import Answer
from tests.hubspot_simulator.clock import iso
from tests.hubspot_simulator.marketing.pages import page_by_id
from tests.hubspot_simulator.marketing.settings import current_rates, team_rows, user_rows

if TYPE_CHECKING:
    from tests.hubspot_simulator.call import Call

_PAGE = 100
_CURRENCY_SINCE = iso(1_546_300_800_000)


def list_users(call: Call) -> Answer:
    """A page of users; deactivated ones are owners still, but no users any more."""
    limit = call.limit(_PAGE, _PAGE)
    return Answer(page_by_id(call, user_rows(call.portal), lambda row: row["id"], limit))


def list_teams(call: Call) -> Answer:
    """All teams at once."""
    return Answer({"results": list(team_rows(call.portal))})


def list_exchange_rates(call: Call) -> Answer:
    """A page of all rates that ever were in effect; none for a portal with one currency."""
    limit = call.limit(_PAGE, _PAGE)
    return Answer(page_by_id(call, call.portal.marketing.exchange_rates, lambda rate: rate.id, limit))


def list_current_rates(call: Call) -> Answer:
    """The rate of each currency that is in effect."""
    return Answer({"results": current_rates(call.portal.marketing.exchange_rates, iso(call.now_ms))})


def company_currency(call: Call) -> Answer:
    """The currency that everything is converted to."""
    return Answer({"id": call.portal.spec.currency, "createdAt": _CURRENCY_SINCE})
