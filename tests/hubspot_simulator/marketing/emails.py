"""The marketing e-mails of a portal and how often each was sent."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET

from tests.hubspot_simulator.marketing.email_statistics import statistics

if TYPE_CHECKING:
    from tests.hubspot_simulator.marketing.email_statistics import Sending


class Email(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """A marketing e-mail as the API sends it, statistics aside."""

    id: str
    name: str
    subject: str
    type: str
    state: str
    is_published: bool
    publish_date: str | None = None
    published_at: str | msgspec.UnsetType = UNSET
    created_at: str
    updated_at: str
    archived: bool = False
    deleted_at: str | msgspec.UnsetType = UNSET
    campaign: str | msgspec.UnsetType = UNSET
    campaign_name: str | msgspec.UnsetType = UNSET
    campaign_utm: str | msgspec.UnsetType = UNSET
    email_campaign_group_id: str
    all_email_campaign_ids: tuple[str, ...] = ()
    primary_email_campaign_id: str | msgspec.UnsetType = UNSET
    sender: dict[str, str] = msgspec.field(name="from", default_factory=dict)
    to: dict[str, Any] = msgspec.field(default_factory=dict)
    testing: dict[str, Any] = msgspec.field(default_factory=lambda: {"isAbVariation": False})
    content: dict[str, Any] = msgspec.field(default_factory=dict)
    webversion: dict[str, Any] = msgspec.field(default_factory=dict)
    subscription_details: dict[str, str] = msgspec.field(default_factory=dict)
    active_domain: str
    business_unit_id: str = "0"
    language: str
    subcategory: str
    is_ab: bool = False
    is_transactional: bool = False
    send_on_publish: bool = True
    jitter_send_time: bool = False
    folder_id: int | msgspec.UnsetType = UNSET


class EmailBook:
    """All marketing e-mails of a portal with their sendings.

    Attributes:
        emails: By id, archived ones included.
        sendings: By id, oldest first; an automated e-mail has one for each day on which it was sent.
    """

    def __init__(self) -> None:
        self.emails: dict[str, Email] = {}
        self.sendings: defaultdict[str, list[Sending]] = defaultdict(list)

    def put(self, email: Email) -> Email:
        """Add an e-mail, or another state of one."""
        self.emails[email.id] = email
        return email

    def statistics(self, email_id: str) -> dict[str, Any]:
        """All that came of an e-mail so far."""
        return statistics(self.sendings.get(email_id, ()))
