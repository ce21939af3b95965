"""What a portal's currencies are worth in its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.fields import text
from tap_hubspot_multi.schemas import KEY_TEXT, MOMENT, TEXT, stream_schema
from tap_hubspot_multi.strategies.whole import WholeRead
from tap_hubspot_multi.tasks import StreamDefinition
from tap_hubspot_multi.timestamps import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task

_RATES_PER_PAGE = "100"


def _exchange_rates(task: Task) -> Iterator[Record]:
    """All rates that ever were in effect, for old deals are converted at old ones."""
    for page in task.client.pages(endpoints.EXCHANGE_RATES, {"limit": _RATES_PER_PAGE}):
        for rate in page["results"]:
            yield {
                "id": str(rate["id"]),
                "from_currency_code": rate.get("fromCurrencyCode"),
                "to_currency_code": rate.get("toCurrencyCode"),
                "conversion_rate": text(rate.get("conversionRate")),
                "effective_at": normalize(rate.get("effectiveAt")),
                "created_at": normalize(rate.get("createdAt")),
                "updated_at": normalize(rate.get("updatedAt")),
            }


STREAMS = (
    StreamDefinition(
        name="exchange_rates",
        keys=("portal_id", "id"),
        schema=stream_schema(
            id=KEY_TEXT,
            from_currency_code=TEXT,
            to_currency_code=TEXT,
            conversion_rate=TEXT,
            effective_at=MOMENT,
            created_at=MOMENT,
            updated_at=MOMENT,
        ),
        strategy=WholeRead(_exchange_rates),
        endpoint=endpoints.EXCHANGE_RATES,
        scope="settings.currencies.read",
        reading="whole, each run; past rates too",
    ),
)
