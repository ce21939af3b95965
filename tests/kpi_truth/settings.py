"""What the user of the warehouse sets: exchange rates, spend, scales of surveys. Read from the seeds' own files."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    Row = Mapping[str, str]

_USUAL_SCALE = Decimal(5)


@dataclass(frozen=True, slots=True)
class Spend:
    """What a portal spent on a channel in a month."""

    portal_id: int
    month: date
    channel: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it.

    Attributes:
        currency: What amounts are reported in.
        rates: By source and target currency, the days from which each is valid.
        scales: By portal and survey id; 5 for a survey that is not named.
    """

    currency: str
    rates: Mapping[tuple[str, str], Mapping[date, Decimal]]
    spend: Sequence[Spend] = ()
    scales: Mapping[tuple[int, str], Decimal] | None = None

    @classmethod
    def read(cls, seeds: Path, currency: str = "USD") -> Settings:
        """Read the seeds of a dbt project; one that is not there is empty."""
        rates: dict[tuple[str, str], dict[date, Decimal]] = {}
        for row in _rows(seeds / "exchange_rates.csv"):
            pair = (row["from_currency"], row["to_currency"])
            rates.setdefault(pair, {})[date.fromisoformat(row["valid_from"])] = Decimal(row["rate"])
        return cls(
            currency=currency,
            rates=rates,
            spend=[
                Spend(
                    portal_id=int(row["portal_id"]),
                    month=date.fromisoformat(f"{row['month'][:7]}-01"),
                    channel=row["channel"],
                    amount=Decimal(row["amount"]),
                    currency=row["currency"],
                )
                for row in _rows(seeds / "marketing_spend.csv")
            ],
            scales={
                (int(row["portal_id"]), row["survey_id"]): Decimal(row["scale_max"])
                for row in _rows(seeds / "csat_scales.csv")
            },
        )

    def converted(self, amount: Decimal | None, source: str | None, day: date) -> Decimal | None:
        """An amount in the reporting currency, at the newest rate not after a day; None without amount or rate."""
        if amount is None or source is None:
            return None
        if source == self.currency:
            return amount
        rates = self.rates.get((source, self.currency), {})
        valid = [since for since in rates if since <= day]
        return amount * rates[max(valid)] if valid else None

    def scale(self, portal_id: int, survey_id: str | None) -> Decimal:
        """The best answer of a survey."""
        return (self.scales or {}).get((portal_id, survey_id or ""), _USUAL_SCALE)


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
