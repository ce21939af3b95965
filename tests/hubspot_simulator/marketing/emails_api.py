"""Marketing e-mails: the list that loses some when asked for statistics, and single ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET

from tests.hubspot_simulator.call import Answer
from tests.hubspot_simulator.clock import parse_moment
from tests.hubspot_simulator.errors import not_found, validation_error
from tests.hubspot_simulator.marketing.pages import page_by_id, page_by_position

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hubspot_simulator.call import Call
    from tests.hubspot_simulator.marketing.emails import Email, EmailBook

_DEFAULT_PAGE = 100
_LARGEST_PAGE = 300
_LEFT_OUT_EVERY = 7
_MOMENTS: dict[str, Callable[[Email], str | msgspec.UnsetType]] = {
    "created": lambda email: email.created_at,
    "updated": lambda email: email.updated_at,
    "published": lambda email: email.published_at,
}
_SORTS: dict[str, Callable[[Email], str]] = {
    "name": lambda email: email.name,
    "createdAt": lambda email: email.created_at,
    "updatedAt": lambda email: email.updated_at,
}


def list_emails(call: Call) -> Answer:
    """A page of e-mails; with `includeStats=true` HubSpot forgets some of them, though it counts them."""
    limit = call.limit(_DEFAULT_PAGE, _LARGEST_PAGE)
    book = call.portal.marketing.emails
    emails = [email for email in book.emails.values() if _is_wanted(call, email)]
    if sorts := call.names("sort"):
        page = page_by_position(call, _sorted(emails, sorts[0]), limit)
    else:
        page = page_by_id(call, emails, lambda email: email.id, limit)
    if call.flag("includeStats"):
        # The page is cut first: it comes out shorter than its limit, even empty, with more to come.
        page["results"] = [
            email_row(book, email) for email in page["results"] if not _is_left_out(book, email)
        ]
    return Answer({"total": len(emails), **page})


def get_email(call: Call) -> Answer:
    """One e-mail; with `includeStats=true` its statistics, whichever it is."""
    book = call.portal.marketing.emails
    email = book.emails.get(call.params["email_id"])
    if email is None or email.archived != call.flag("archived"):
        raise not_found(f"No email {call.params['email_id']}")
    return Answer(email_row(book, email) if call.flag("includeStats") else email)


def email_row(book: EmailBook, email: Email) -> dict[str, Any]:
    """An e-mail with its statistics, as the API sends them."""
    return {**msgspec.to_builtins(email), "stats": book.statistics(email.id)}


def _is_wanted(call: Call, email: Email) -> bool:
    query = call.query
    published = query.get("isPublished")
    return (
        email.archived == call.flag("archived")
        and (published is None or email.is_published == (published.lower() == "true"))
        and query.get("type") in {None, email.type}
        and query.get("campaign") in {None, email.campaign}
        and all(
            _is_within(call, name, None if moment(email) is UNSET else str(moment(email)))
            for name, moment in _MOMENTS.items()
        )
    )


def _is_within(call: Call, name: str, moment: str | None) -> bool:
    after, before = _bound(call, f"{name}After"), _bound(call, f"{name}Before")
    if after is None and before is None:
        return True
    at_ms = None if moment is None else parse_moment(moment)
    return at_ms is not None and (after is None or at_ms > after) and (before is None or at_ms < before)


def _bound(call: Call, param: str) -> int | None:
    given = call.query.get(param)
    if given is None:
        return None
    bound = parse_moment(given)
    if bound is None:
        raise validation_error(f"Invalid {param}: {given}")
    return bound


def _sorted(emails: list[Email], sort: str) -> list[Email]:
    key = _SORTS.get(sort.removeprefix("-"))
    if key is None:
        raise validation_error(f"Cannot sort by {sort}: one of {', '.join(_SORTS)}, with or without -")
    return sorted(emails, key=key, reverse=sort.startswith("-"))


def _is_left_out(book: EmailBook, email: Email) -> bool:
    return not book.sendings.get(email.id) or int(email.id) % _LEFT_OUT_EVERY == 0
