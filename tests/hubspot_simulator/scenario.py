"""The declarative description of a simulated HubSpot: its portals, their sizes and habits, and our app."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from tests.hubspot_simulator.object_types import OBJECT_TYPES
from tests.hubspot_simulator.options import PortalOptions
from tests.hubspot_simulator.specs import (
    LEAD_PIPELINE,
    SUPPORT_PIPELINE,
    CustomObjectSpec,
    LabelSpec,
    PipelineSpec,
    PropertySpec,
)

if TYPE_CHECKING:
    from datetime import date

SCENARIO_FOLDER = Path(__file__).parent / "scenarios"


class AppSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The OAuth app that the portals can connect to.

    Attributes:
        required_scopes: The authorize page refuses a request that leaves one of these out.
    """

    app_id: int = 1_234_567
    name: str = "Portal Warehouse"
    client_id: str = "demo-client"
    client_secret: str = "demo-secret-3f1c9a70-55d2-4e0b-9c1e-6a7d20b8e4f1"
    redirect_uris: tuple[str, ...] = ("http://localhost:8090/auth/hubspot/callback",)
    required_scopes: tuple[str, ...] = ("oauth", "crm.objects.contacts.read")


class BusinessSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What kind of business a portal is: the shape of its numbers.

    Attributes:
        growth: New contacts a year from now for each one now, minus one.
        season: Weight of each month, January first.
        weekend: Weight of a weekend day against a working day.
        sources: Weight of each `hs_analytics_source`.
        deal_size: Median amount in company currency.
        cycle_days: Median days from creation to close of a won deal.
        foreign_share: Share of deals in one of the additional currencies.
        product_names: What it sells.
        itemised: Share of the priced deals that have line items.
        quoted: Share of the priced deals that have a quote.
        activity_mix: Weight of each activity type; without any, the usual ones.
    """

    growth: float = 0.25
    season: tuple[float, ...] = (1.05, 1.0, 1.1, 1.0, 1.0, 0.95, 0.75, 0.7, 1.1, 1.15, 1.1, 0.7)
    weekend: float = 0.25
    sources: dict[str, float] = {}
    industries: tuple[str, ...] = ("COMPUTER_SOFTWARE", "MARKETING_AND_ADVERTISING", "RETAIL")
    job_titles: tuple[str, ...] = (
        "Managing Director",
        "Marketing Manager",
        "Head of Sales",
        "Buyer",
        "Engineer",
    )
    deal_names: tuple[str, ...] = ("New business", "Renewal", "Expansion")
    deal_size: float = 12_000.0
    cycle_days: float = 40.0
    win_rate: float = 0.32
    foreign_share: float = 0.15
    exchange_rates: dict[str, float] = {}
    product_names: tuple[str, ...] = ("Starter kit", "Installation", "Maintenance", "Spare part", "Training")
    itemised: float = 0.45
    quoted: float = 0.2
    activity_mix: dict[str, float] = {}


class PortalSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One HubSpot account.

    Attributes:
        contacts: Live and archived contacts at the anchor date; likewise the other object types.
        activities: Calls, meetings, e-mails, notes, tasks and communications together.
        products: The price list; a portal with one also has line items and quotes of its deals.
        feedback: Survey responses.
        locale: Faker locale of its people and places.
        pipelines: Of deals.
        unavailable_scopes: Scopes that its subscription does not include.
        value_quirks: Sprinkle the odd values that real portals hold over some records.
        filler_properties: How many further, empty properties each object type has.
        filler_name_length: Length of their names.
        submissions: Over all forms together.
        conversion_ids: Whether form submissions carry an id.
        stage_dates: Whether calculated `hs_v2_date_entered_…` properties exist (Professional and up).
    """

    portal_id: int
    name: str
    domain: str
    account_type: str = "STANDARD"
    locale: str = "en_US"
    country: str = "United States"
    time_zone: str = "America/New_York"
    currency: str = "USD"
    additional_currencies: tuple[str, ...] = ()
    hublet: Literal["na1", "eu1"] = "na1"
    contacts: int = 100
    companies: int = 20
    deals: int = 30
    tickets: int = 0
    activities: int = 0
    products: int = 0
    leads: int = 0
    feedback: int = 0
    owners: int = 5
    marketing_emails: int = 14
    campaigns: int = 6
    lists: int = 5
    forms: int = 8
    submissions: int = 120
    conversion_ids: bool = True
    pipelines: tuple[PipelineSpec, ...]
    ticket_pipelines: tuple[PipelineSpec, ...] = (SUPPORT_PIPELINE,)
    lead_pipelines: tuple[PipelineSpec, ...] = (LEAD_PIPELINE,)
    custom_objects: tuple[CustomObjectSpec, ...] = ()
    properties: tuple[PropertySpec, ...] = ()
    labels: tuple[LabelSpec, ...] = ()
    business: BusinessSpec = BusinessSpec()
    unavailable_scopes: frozenset[str] = frozenset()
    value_quirks: bool = False
    filler_properties: int = 0
    filler_name_length: int = 39
    stage_dates: bool = True
    first_record_id: dict[str, int] = {}
    options: PortalOptions = msgspec.field(default_factory=PortalOptions)

    def __post_init__(self) -> None:
        if strange := {each.object_type for each in self.properties} - OBJECT_TYPES.keys():
            raise ValueError(f"properties of {', '.join(sorted(strange))}: no such standard object type")


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole simulated HubSpot.

    Attributes:
        history_days: Days of business before the anchor.
        consent: `automatic` redirects at once; `clicked` shows the page to choose a portal and allow.
    """

    name: str
    portals: tuple[PortalSpec, ...]
    app: AppSpec = AppSpec()
    history_days: int = 548
    consent: Literal["automatic", "clicked"] = "clicked"

    @classmethod
    def load(cls, name: str | Path) -> Scenario:
        """Read a scenario by its name in `scenarios/`, or from the path of a TOML file.

        Raises:
            FileNotFoundError: There is no such scenario; the message lists those there are.
            msgspec.ValidationError: The file has an unknown field or a wrong type.
        """
        path = Path(name) if str(name).endswith(".toml") else SCENARIO_FOLDER / f"{name}.toml"
        if not path.is_file():
            known = ", ".join(sorted(file.stem for file in SCENARIO_FOLDER.glob("*.toml")))
            raise FileNotFoundError(f"no scenario {name}: give one of {known}, or the path of a TOML file")
        return cls.parse(path.read_text(encoding="utf-8"))

    @classmethod
    def parse(cls, text: str) -> Scenario:
        """Read a scenario from TOML text.

        A `[defaults]` table is merged under every portal, and a portal's own keys win.
        """
        document = tomllib.loads(text)
        defaults = document.pop("defaults", {})
        document["portals"] = [_merged(defaults, portal) for portal in document["portals"]]
        return msgspec.convert(document, cls)


def anchor_ms(anchor: date) -> int:
    """The instant at which the generated history ends: the anchor day's midnight in UTC."""
    return round(datetime.combine(anchor, time(), UTC).timestamp()) * 1_000


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        held = merged.get(key)
        merged[key] = _merged(held, value) if isinstance(held, dict) and isinstance(value, dict) else value
    return merged
