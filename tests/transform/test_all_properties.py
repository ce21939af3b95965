from __future__ import annotations

import time
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest

from tests.transform import changes
from tests.transform.raw_tables import load, load_all

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.transform.conftest import Dbt

    Connection = psycopg.Connection[tuple[object, ...]]

_NORTH: Final = 7
_SOUTH: Final = 8
_SYNCED: Final = "2026-11-01T00:00:00.000Z"
_LONG: Final = "a_name_that_is_longer_than_postgresql_has_room_for_in_its_catalogue_"

# Name, label, type, of each portal's contacts.
_NORTHERN: Final = (
    ("email", "E-mail", "string"),
    ("budget", "Budget", "number"),
    ("budget_num", "Budget number", "string"),
    ("seen", "Seen", "datetime"),
    ("birthday", "Birthday", "date"),
    ("is_vip", "VIP?", "bool"),
    ("colour", "Colour", "enumeration"),
    ("order", "Order", "number"),
    ("2024_revenue", "Revenue", "number"),
    ("Region", "Region 1", "string"),
    ("region", "Region 2", "string"),
    ("portal_id", "Their number for us", "string"),
    ('odd"name; -- 100%', 'It\'s "odd"; $$ \\ 100%\nand {{ 1/0 }}', "string"),
    (f"{_LONG}1", "Long 1", "string"),
    (f"{_LONG}2", "Long 2", "string"),
)
_SOUTHERN: Final = (
    ("email", "E-mail", "string"),
    ("budget", "Presupuesto", "string"),
    ("seen", "Seen", "date"),
)


def _definition(
    portal_id: int, object_type: str, name: str, label: str | None, kind: str
) -> dict[str, object]:
    return {
        "portal_id": portal_id,
        "object_type": object_type,
        "name": name,
        "label": label,
        "type": kind,
        "options": {"options": []},
        "synced_at": _SYNCED,
    }


def _record(
    portal_id: int, record_id: str, properties: dict[str, str], **columns: object
) -> dict[str, object]:
    return {
        "portal_id": portal_id,
        "id": record_id,
        "created_at": _SYNCED,
        "properties": properties,
        "synced_at": _SYNCED,
        **columns,
    }


def _rows() -> dict[str, list[dict[str, object]]]:
    many = [f"property_{number:04}" for number in range(2000)]
    return {
        "portals": [
            {"portal_id": portal, "company_name": name, "connection_status": "active", "synced_at": _SYNCED}
            for portal, name in ((_NORTH, "North"), (_SOUTH, "South"))
        ],
        "properties": [
            *(_definition(_NORTH, "contacts", *each) for each in _NORTHERN),
            *(_definition(_SOUTH, "contacts", *each) for each in _SOUTHERN),
            {**_definition(_NORTH, "contacts", "gone", "Gone", "string"), "archived": True},
            *(_definition(_NORTH, "companies", name, None, "datetime") for name in many),
            _definition(_NORTH, "2-1", "power", "Power", "number"),
            _definition(_SOUTH, "2-9", "power", "Power", "number"),
            _definition(_SOUTH, "2-99", "nobody", "Of a type that is not known", "number"),
        ],
        "object_schemas": [
            {"portal_id": _NORTH, "id": "2-1", "name": "Machine", "synced_at": _SYNCED},
            {"portal_id": _SOUTH, "id": "2-9", "name": "machine", "synced_at": _SYNCED},
            {"portal_id": _SOUTH, "id": "2-10", "name": "objects", "synced_at": _SYNCED},
        ],
        "contacts": [
            _record(
                _NORTH,
                "1",
                {
                    "email": "ann@example.com",
                    "budget": "12.50",
                    "budget_num": "twelve",
                    "seen": "2026-02-03T04:05:06Z",
                    "birthday": "1990-02-28",
                    "is_vip": "true",
                    "colour": "1",
                    "order": "not a number",
                    "2024_revenue": "1E3",
                    "Region": "upper",
                    "region": "lower",
                    "portal_id": "theirs",
                    'odd"name; -- 100%': "odd",
                    f"{_LONG}1": "one",
                    f"{_LONG}2": "two",
                },
            ),
            _record(_SOUTH, "1", {"email": "bob@example.com", "budget": "much", "seen": "2026-02-03"}),
            _record(_NORTH, "2", {"email": "archived@example.com"}, archived=True),
            _record(_NORTH, "3", {"email": "merged@example.com"}, archived=True, merged_into="1"),
        ],
        "companies": [
            _record(_NORTH, str(number), dict.fromkeys(many[number::17], "2026-02-03T04:05:06Z"))
            for number in range(500)
        ],
        "custom_objects": [
            _record(_NORTH, "1", {"power": "5"}, object_type_id="2-1", object_name="Machine"),
            _record(_SOUTH, "1", {"power": "7"}, object_type_id="2-9", object_name="machine"),
            _record(_SOUTH, "2", {}, object_type_id="2-10", object_name="objects"),
        ],
    }


@pytest.fixture(scope="module")
def properties(
    dbt: Dbt, new_database: Callable[[], AbstractContextManager[str]]
) -> Iterator[tuple[Connection, Callable[..., subprocess.CompletedProcess[str]]]]:
    """Connection to a warehouse with the views of two portals, and dbt on it."""
    with (
        new_database() as url,
        psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection,
    ):
        load_all(connection, _rows())

        def run(*arguments: str) -> subprocess.CompletedProcess[str]:
            result = dbt(*arguments, database_url=url)
            assert result.returncode == 0, result.stdout
            return result

        models_only = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
        run("build", "--select", "+marts.properties", "+dim_properties", *models_only)
        yield connection, run


@pytest.fixture
def views(properties: tuple[Connection, Callable[..., object]]) -> Connection:
    return properties[0]


def _row(views: Connection, view: str, portal_id: int, record_id: str = "1") -> dict[str, Any]:
    cursor = views.cursor(row_factory=psycopg.rows.dict_row)
    [row] = cursor.execute(
        f"SELECT * FROM hubspot_marts.{view} WHERE portal_id = %s AND %s IN (to_jsonb({view}) ->> 'contact_id',"
        f" to_jsonb({view}) ->> 'company_id', to_jsonb({view}) ->> 'record_id')",
        [portal_id, record_id],
    )
    return row


def _columns(views: Connection, view: str) -> dict[object, tuple[object, object]]:
    """Type and comment of each column."""
    return {
        name: (kind, comment)
        for name, kind, comment in views.execute(
            """
            SELECT attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum)
            FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0
            """,
            [f"hubspot_marts.{view}"],
        )
    }


def test_each_property_has_the_type_that_hubspot_gives_it(views: Connection) -> None:
    row = _row(views, "contacts_all_properties", _NORTH)
    assert row["email"] == "ann@example.com"
    assert row["birthday"] == date(1990, 2, 28)
    assert row["is_vip"] is True
    assert row["colour"] == "1"
    assert row["_2024_revenue"] == Decimal(1000)
    assert row["order"] is None, "what can't be read is null, and no error"
    assert row["portal_name"] == "North"


def test_where_portals_disagree_there_is_the_text_and_what_can_be_read_of_it(views: Connection) -> None:
    north, south = (_row(views, "contacts_all_properties", portal) for portal in (_NORTH, _SOUTH))
    columns = _columns(views, "contacts_all_properties")
    hashed = next(str(name) for name in columns if str(name).startswith("budget_") and name != "budget_num")
    assert (north["budget"], north[hashed], north["budget_num"]) == ("12.50", Decimal("12.50"), "twelve")
    assert (south["budget"], south[hashed]) == ("much", None)
    assert (north["seen"], north["seen_at"], north["seen_date"]) == (
        "2026-02-03T04:05:06Z",
        datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC),
        date(2026, 2, 3),
    )
    assert (south["seen"], south["seen_date"]) == ("2026-02-03", date(2026, 2, 3))
    assert "portals disagree on its type: number, string" in str(columns["budget"][1])


def test_names_that_postgresql_can_not_have_are_still_columns(views: Connection) -> None:
    row = _row(views, "contacts_all_properties", _NORTH)
    assert row["region"] == "lower", "the exact name wins"
    assert row["odd_name_100_"] == "odd"
    assert row["portal_id"] == _NORTH
    hashed = {name: value for name, value in row.items() if value in {"upper", "theirs", "one", "two"}}
    assert len(hashed) == 4
    assert all(len(name) <= 63 for name in hashed)
    assert {name.rpartition("_")[0] for name in hashed} == {"region", "portal_id", _LONG[:49]}


def test_a_label_is_the_comment_of_its_column_whatever_is_in_it(views: Connection) -> None:
    columns = _columns(views, "contacts_all_properties")
    labels = {name: label for name, label, _ in _NORTHERN}
    assert columns["odd_name_100_"] == ("text", labels['odd"name; -- 100%'])
    assert columns["birthday"] == ("date", "Birthday")
    assert columns["order"] == ("numeric", "Order")
    assert "gone" not in columns
    assert all(comment for _, comment in columns.values())
    assert _columns(views, "companies_all_properties")["property_0000"] == (
        "timestamp with time zone",
        "property_0000",
    )


def test_records_that_are_not_live_are_not_there(views: Connection) -> None:
    rows = views.execute("SELECT portal_id, contact_id FROM hubspot_marts.contacts_all_properties")
    assert sorted(rows) == [(_NORTH, "1"), (_SOUTH, "1")]


def test_more_properties_than_a_view_can_have_go_on_in_the_next_one(views: Connection) -> None:
    first, second = (_row(views, f"companies_all_properties{part}", _NORTH, "17") for part in ("", "_2"))
    assert sum(name.startswith("property_") for name in first) == 1500
    assert sum(name.startswith("property_") for name in second) == 500
    assert first["property_0017"] == second["property_1513"] == datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert views.execute(
        "SELECT view_name, column_name FROM hubspot_marts.dim_properties WHERE property_name = 'property_1999'"
    ).fetchall() == [("companies_all_properties_2", "property_1999")]


def test_custom_types_have_views_that_portals_of_the_same_name_share(views: Connection) -> None:
    rows = views.execute(
        "SELECT portal_id, object_type_id, power FROM hubspot_marts.custom_machine_all_properties ORDER BY portal_id"
    )
    assert rows.fetchall() == [(_NORTH, "2-1", Decimal(5)), (_SOUTH, "2-9", Decimal(7))]
    everything = views.execute("SELECT count(*) FROM hubspot_marts.custom_objects_all_properties").fetchone()
    assert everything == (3,)


def test_a_query_of_a_few_columns_is_fast_however_many_there_are(views: Connection) -> None:
    query = "SELECT property_0001, property_0002, property_0003 FROM hubspot_marts.companies_all_properties LIMIT 100"
    views.execute(query)
    began = time.perf_counter()
    assert len(views.execute(query).fetchall()) == 100
    assert time.perf_counter() - began < 1


def test_a_portal_gets_views_of_its_own_and_keeps_them_until_they_are_dropped(
    properties: tuple[Connection, Callable[..., subprocess.CompletedProcess[str]]],
) -> None:
    views, dbt = properties
    operation = ("--quiet", "run-operation")
    said = dbt(*operation, "build_all_properties", "--args", f"{{portal_id: {_SOUTH}}}").stdout
    assert f"portal {_SOUTH}: " in said
    own = f"contacts_all_properties_p{_SOUTH}"

    def the_own_view_is_right() -> None:
        assert list(_columns(views, own)) == [
            "portal_id", "portal_name", "contact_id", "created_at", "updated_at", "synced_at", "budget", "email", "seen",
        ]  # fmt: skip
        assert _columns(views, own)["seen"] == ("date", "Seen")
        assert views.execute(f"SELECT portal_id FROM hubspot_marts.{own}").fetchall() == [(_SOUTH,)]

    the_own_view_is_right()
    dbt("run", "--select", "+marts.properties")
    the_own_view_is_right()
    assert views.execute(
        f"SELECT power FROM hubspot_marts.custom_machine_all_properties_p{_SOUTH}"
    ).fetchall() == [(Decimal(7),)]

    dbt(*operation, "drop_all_properties", "--args", f"{{portal_id: {_SOUTH}}}")
    dbt("run", "--select", "+marts.properties")
    assert (
        views.execute(r"SELECT relname FROM pg_class WHERE relname ~ '_p\d+$' AND relkind = 'v'").fetchall()
        == []
    )


def test_a_build_takes_no_view_from_those_who_read_it_also_if_a_property_is_new(
    properties: tuple[Connection, Callable[..., subprocess.CompletedProcess[str]]],
) -> None:
    views, dbt = properties
    views.execute("CREATE VIEW an_analysts_own AS SELECT * FROM hubspot_marts.contacts_all_properties")
    before = changes.relations(views)
    columns = list(_columns(views, "contacts_all_properties"))
    changes.let_no_run_wait(views)
    with views.transaction():
        for view in ("companies_all_properties", "contacts_all_properties", "custom_machine_all_properties"):
            views.execute(f"TABLE hubspot_marts.{view} LIMIT 1")
        dbt("run", "--select", "+marts.properties")
    assert changes.relations(views) == before

    load(views, "properties", [_definition(_NORTH, "contacts", "a_new_one", "New", "number")])
    views.execute(
        "UPDATE hubspot_raw.properties SET label = 'Day of birth' WHERE object_type = 'contacts' AND name = 'birthday'"
    )
    dbt("run", "--select", "+marts.properties")
    assert changes.relations(views) == before
    after = _columns(views, "contacts_all_properties")
    assert list(after) == [*columns, "a_new_one"]
    assert (after["a_new_one"], after["birthday"]) == (("numeric", "New"), ("date", "Day of birth"))

    views.execute(
        "UPDATE hubspot_raw.properties SET archived = true WHERE object_type = 'contacts' AND name = 'colour'"
    )
    dbt("run", "--select", "+marts.properties")
    assert {name for name, _ in changes.relations(views).items() ^ before.items()} == {
        "hubspot_marts.contacts_all_properties",
        "public.an_analysts_own",
    }
    assert set(after) - set(_columns(views, "contacts_all_properties")) == {"colour"}
