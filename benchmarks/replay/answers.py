"""What the replayed HubSpot answers to each request that a run makes."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from benchmarks.replay.records import Records, definitions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Quick to make; clients unpack it as quickly as any other.
_COMPRESSION = 1
_LIST = re.compile(r"/crm/objects/[\d-]+/([^/]+)")
_LINKED = {"companies", "contacts"}


class UnknownPathError(Exception):
    """A path that no run of the tap is known to ask for."""


@dataclass(frozen=True, slots=True)
class _Question:
    query: Mapping[str, str]
    body: bytes
    portal_id: int

    @property
    def json(self) -> dict[str, Any]:
        return msgspec.json.decode(self.body, type=dict[str, Any])


class Answers:
    """Compressed JSON bodies; those of lists are made when they are first asked for, and kept for all portals."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Create answers.

        Args:
            counts: How many records each portal has of some object types; there are none of the others.
        """
        self._records = {name: Records(count) for name, count in counts.items()}
        self._none = Records(0)
        self._kept: dict[str, bytes] = {}
        self._definitions = definitions()
        self._routes: tuple[tuple[re.Pattern[str], Callable[..., object]], ...] = (
            (re.compile(r"POST /crm/objects/[\d-]+/([^/]+)/search"), self._search),
            (re.compile(r"POST /crm/objects/[\d-]+/([^/]+)/batch/read"), self._batch),
            (re.compile(r"POST /crm/associations/[\d-]+/([^/]+)/([^/]+)/batch/read"), _links),
            (re.compile(r"POST /crm/lists/[\d-]+/search"), _no_lists),
            (re.compile(r"GET /crm/properties/[\d-]+/[^/]+"), self._properties),
            (re.compile(r"GET /account-info/[\d-]+/details"), _account),
            (re.compile(r"GET /analytics/.*"), _no_visits),
            (
                re.compile(r"GET /(?:crm|crm-object-schemas|marketing|settings|form-integrations)/.*"),
                _nothing,
            ),
        )

    def body(self, method: str, target: str, body: bytes, portal_id: int) -> bytes:
        """The compressed answer to a request.

        Raises:
            UnknownPathError: The path is unknown.
        """
        # Pages of records are most of the bytes, and the same for all portals.
        if (kept := self._kept.get(target)) is not None:
            return kept
        address = urlsplit(target)
        question = _Question(dict(parse_qsl(address.query)), body, portal_id)
        if method == "GET" and (listed := _LIST.fullmatch(address.path)):
            self._kept[target] = answer = packed(self._list(listed[1], question))
            return answer
        for pattern, answer_to in self._routes:
            if matched := pattern.fullmatch(f"{method} {address.path}"):
                return packed(answer_to(question, *matched.groups()))
        raise UnknownPathError(f"{method} {address.path}")

    def _list(self, name: str, question: _Question) -> dict[str, Any]:
        query = question.query
        records = self._none if query.get("archived") == "true" else self._of(name)
        numbers = records.after(query.get("after", "0"), int(query.get("limit", "10")))
        page = _page(records, numbers, query.get("properties", "").split(","))
        if numbers.stop < records.count:
            after = page["results"][-1]["id"]
            link = f"https://api.hubapi.com/crm/v3/objects/{name}?after={after}"
            page["paging"] = {"next": {"after": after, "link": link}}
        return page

    def _search(self, question: _Question, name: str) -> dict[str, Any]:
        records, body = self._of(name), question.json
        groups = body.get("filterGroups") or [{"filters": []}]
        found = records.matching(groups[0]["filters"])
        first = int(body.get("after") or 0)
        page = found[first : first + int(body.get("limit") or 10)]
        answer = {"total": len(found), **_page(records, page, body.get("properties") or [])}
        if first + len(page) < len(found):
            answer["paging"] = {"next": {"after": str(first + len(page))}}
        return answer

    def _batch(self, question: _Question, name: str) -> dict[str, Any]:
        records, body = self._of(name), question.json
        numbers = [records.number(each["id"]) for each in body["inputs"]]
        results = [records.record(number, body["properties"]) for number in numbers]
        return {"status": "COMPLETE", "results": results}

    def _properties(self, question: _Question) -> dict[str, Any]:
        is_usual = question.query.get("dataSensitivity", "non_sensitive") == "non_sensitive"
        if is_usual and question.query.get("archived") != "true":
            return {"results": self._definitions}
        return {"results": []}

    def _of(self, name: str) -> Records:
        return self._records.get(name, self._none)


def _page(records: Records, numbers: range, names: list[str]) -> dict[str, Any]:
    return {"results": [records.record(number, names) for number in numbers]}


def _links(question: _Question, from_type: str, to_type: str) -> dict[str, Any]:
    """One link of two kinds from each record to a company or a contact, and none to other types."""
    if to_type not in _LINKED or from_type == to_type:
        return {"status": "COMPLETE", "results": []}
    types = [
        {"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"},
        {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None},
    ]
    results = [
        {
            "from": {"id": each["id"]},
            "to": [{"toObjectId": str(int(each["id"]) // 10), "associationTypes": types}],
        }
        for each in question.json["inputs"]
    ]
    return {"status": "COMPLETE", "results": results}


def _account(question: _Question) -> dict[str, Any]:
    return {
        "portalId": question.portal_id,
        "accountType": "STANDARD",
        "timeZone": "Europe/Berlin",
        "companyCurrency": "EUR",
        "additionalCurrencies": [],
        "utcOffset": "+01:00",
        "utcOffsetMilliseconds": 3_600_000,
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }


def _nothing(_: _Question) -> dict[str, Any]:
    return {"results": []}


def _no_lists(_: _Question) -> dict[str, Any]:
    return {"lists": [], "hasMore": False, "offset": 0, "total": 0}


def _no_visits(_: _Question) -> dict[str, Any]:
    return {}


def packed(answer: object) -> bytes:
    """JSON as it goes over the wire."""
    return gzip.compress(msgspec.json.encode(answer), _COMPRESSION)
