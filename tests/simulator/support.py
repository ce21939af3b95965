"""What the tests of the simulator share: a small client, and a portal made to measure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Unpack

from starlette.testclient import TestClient

from tests.hubspot_simulator import ALL_SCOPES, Clock, Scenario, Simulator
from tests.hubspot_simulator.app import create_app
from tests.hubspot_simulator.clock import parse_moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from httpx2 import Response

    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.simulator import Options

ANCHOR = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
Param = str | int | list[str]
US, DE = 11111111, 22222222
MODIFIED = {
    "contacts": "lastmodifieddate",
    "companies": "hs_lastmodifieddate",
    "deals": "hs_lastmodifieddate",
}


def tiny(**options: Unpack[Options]) -> Simulator:
    """The tiny scenario at noon of the anchor day, with time standing still."""
    settings: Options = {"anchor": ANCHOR, "clock": Clock(NOON, frozen=True), **options}
    return Simulator(Scenario.load("tiny"), **settings)


@dataclass
class Api:
    """One portal's API as an app with a token sees it, called in-process."""

    simulator: Simulator
    portal_id: int = US
    scopes: Iterable[str] = ALL_SCOPES
    token: str = ""
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        self.token = self.token or self.simulator.issue_access_token(self.portal_id, self.scopes)
        self.client = TestClient(create_app(self.simulator), follow_redirects=False)

    @property
    def portal(self) -> Portal:
        return self.simulator.portal(self.portal_id)

    def get(self, path: str, **params: Param) -> Response:
        return self.client.get(path, params=params, headers=self._headers)

    def post(self, path: str, body: object) -> Response:
        return self.client.post(path, json=body, headers=self._headers)

    def delete(self, path: str) -> Response:
        return self.client.delete(path, headers=self._headers)

    def page(self, object_type: str = "contacts", **params: Param) -> Response:
        return self.get(f"/crm/objects/2026-09/{object_type}", **params)

    def search(self, object_type: str = "contacts", *filters: dict[str, Any], **body: object) -> Response:
        groups = {"filterGroups": [{"filters": list(filters)}]} if filters else {}
        return self.post(f"/crm/objects/2026-09/{object_type}/search", {**groups, **body})

    def batch_read(self, object_type: str, ids: Iterable[int | str], **body: object) -> Response:
        inputs = [{"id": str(each)} for each in ids]
        return self.post(f"/crm/objects/2026-09/{object_type}/batch/read", {"inputs": inputs, **body})

    def associations(self, from_type: str, to_type: str, ids: Iterable[int | str]) -> Response:
        inputs = [{"id": str(each)} for each in ids]
        return self.post(f"/crm/associations/2026-09/{from_type}/{to_type}/batch/read", {"inputs": inputs})

    def every_row(self, object_type: str = "contacts", **params: Param) -> Iterator[dict[str, Any]]:
        """All rows of a list, page by page."""
        after: str | None = "0"
        while after is not None:
            page = self.page(object_type, **{"limit": 100, "after": after, **params}).json()
            yield from page["results"]
            after = page.get("paging", {}).get("next", {}).get("after")

    def every_hit(self, object_type: str, *filters: dict[str, Any], **body: object) -> list[dict[str, Any]]:
        """All rows of a search, page by page, until there is no next page."""
        rows: list[dict[str, Any]] = []
        after: str | None = "0"
        while after is not None:
            page = self.search(object_type, *filters, **{"limit": 200, **body, "after": after}).json()
            rows += page["results"]
            after = page.get("paging", {}).get("next", {}).get("after")
        return rows

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def where(name: str, operator: str, value: object = None, **more: object) -> dict[str, Any]:
    """One search filter."""
    given = {} if value is None else {"value": str(value)}
    return {"propertyName": name, "operator": operator, **given, **more}


def ids_of(rows: Iterable[dict[str, Any]]) -> list[int]:
    return [int(row["id"]) for row in rows]


def moment(text: str) -> int:
    """A date in any of HubSpot's spellings, in milliseconds."""
    found = parse_moment(text)
    assert found is not None
    return found


def share(holds: Iterable[object]) -> float:
    """How many of these are true or not empty, of all."""
    answers = [bool(each) for each in holds]
    return sum(answers) / len(answers)
