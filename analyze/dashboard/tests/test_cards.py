"""What can be downloaded, what is written, and how things are told apart."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from kpi_dashboard.cards import as_csv, in_percent, plain, relative
from kpi_dashboard.colours import looks


def test_a_csv_is_opened_well_and_runs_nothing() -> None:
    written = as_csv([{"name": "=HYPERLINK(1)", "value": -1}, {"name": "青葉, “quoted”", "value": None}])
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))
    assert rows == [{"name": "'=HYPERLINK(1)", "value": "-1"}, {"name": "青葉, “quoted”", "value": ""}]


def test_names_are_never_markup() -> None:
    assert plain("[x](http://evil) **b** :red[c] <b> $a$") == (
        r"\[x\]\(http\://evil\) \*\*b\*\* \:red\[c\] \<b\> \$a\$"
    )


def test_a_change_is_relative_and_unknown_where_there_was_nothing() -> None:
    assert relative(Decimal(12), Decimal(10)) == Decimal("0.2")
    assert relative(Decimal(5), Decimal(-10)) == Decimal("1.5")
    for value, before in ((None, Decimal(1)), (Decimal(1), None), (Decimal(1), Decimal(0))):
        assert relative(value, before) is None


def test_tables_show_percents_without_a_negative_zero() -> None:
    assert in_percent([{"rate": -0.0001, "count": 3.0, "none": None}], "rate", "none") == [
        {"rate": 0.0, "count": 3.0, "none": None}
    ]
    assert str(in_percent([{"rate": -0.0001}], "rate")[0]["rate"]) == "0.0"


def test_forty_portals_look_different_and_a_filter_changes_nobodys_look() -> None:
    all_looks = looks(range(40))
    assert len({(look.colour, tuple(look.dash)) for look in all_looks.values()}) == 40
    assert all_looks[7] == looks(range(40))[7]
