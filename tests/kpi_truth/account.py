"""One portal as the KPIs see it: its live records and the rows of its other tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from tests.hubspot_simulator.clock import from_ms
from tests.kpi_truth.values import moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from tests.hubspot_simulator.portal import Portal

#: Without its scope a portal gives nothing of a table.
_SCOPES: Final[Mapping[str, str]] = {
    "deals": "crm.objects.deals.read",
    "tickets": "tickets",
    "feedback_submissions": "crm.objects.feedback_submissions.read",
    "marketing_emails": "content",
    "campaigns": "marketing.campaigns.read",
    "campaign_spend_items": "marketing.campaigns.read",
    "forms": "forms",
    "form_submissions": "forms",
    "web_analytics_daily": "business-intelligence",
}
_OBJECT_TYPES = (
    "contacts",
    "deals",
    "tickets",
    "calls",
    "meetings",
    "emails",
    "notes",
    "tasks",
    "feedback_submissions",
)
_TABLES = ("marketing_emails", "campaigns", "campaign_spend_items", "form_submissions", "web_analytics_daily")


@dataclass(frozen=True, slots=True)
class Fact:
    """A live record: what is empty in HubSpot is missing from its properties."""

    id: str
    created: datetime
    properties: Mapping[str, str]

    def __getitem__(self, name: str) -> str | None:
        return self.properties.get(name)

    def first_moment(self, *names: str) -> datetime | None:
        """The first of some properties that holds an instant."""
        return next((read for name in names if (read := moment(self[name])) is not None), None)


@dataclass(frozen=True, slots=True)
class Account:
    """A portal.

    Attributes:
        now: The instant for which its stocks are told.
        facts: The live records by object type.
        stages: The metadata of each stage, by object type, pipeline id and stage id.
        rows: What the API answers of everything that is no CRM record, by table.
    """

    portal_id: int
    time_zone: str
    currency: str
    now: datetime
    facts: Mapping[str, Sequence[Fact]] = field(default_factory=dict)
    stages: Mapping[tuple[str, str | None, str | None], Mapping[str, str]] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    @classmethod
    def of(cls, portal: Portal, now: datetime) -> Account:
        """What a copy of a simulated portal could know at best."""
        spec = portal.spec
        hidden = {table for table, scope in _SCOPES.items() if scope in spec.unavailable_scopes}
        return cls(
            portal_id=portal.portal_id,
            time_zone=spec.time_zone,
            currency=spec.currency,
            now=now,
            facts={
                name: [
                    Fact(
                        str(record.id),
                        from_ms(record.created_ms),
                        {key: value for key, value in record.properties.items() if value},
                    )
                    for record in portal.objects[name]
                ]
                for name in _OBJECT_TYPES
                if name in portal.objects and name not in hidden
            },
            stages={
                (name, line.id, stage.id): stage.metadata
                for name, lines in portal.pipelines.items()
                for line in lines
                for stage in line.stages
            },
            rows={table: list(portal.truth_of(table)) for table in _TABLES if table not in hidden},
        )

    def day(self, instant: datetime) -> date:
        """The day on the portal's own wall."""
        return instant.astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def today(self) -> date:
        """The portal's present day."""
        return self.day(self.now)
