"""How one simulated portal behaves; every field may be changed while the simulator runs."""

from __future__ import annotations

from typing import Literal

import msgspec


class PortalOptions(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Limits and habits of one portal, with HubSpot's documented figures as defaults.

    Attributes:
        max_url_length: Longer request targets answer 414. HubSpot documents no figure; the field saw ~8,000.
        list_association_cut: Associations that a list or get shows for each type before it pages them.
        association_page_size: Associations for each input of a batch read before `paging` appears.
        search_order: `shuffled` sorts by modified date up to an hour wrong, and not at all unless asked to.
        search_result_cap: Rows that a search can page to; `total` still counts all.
        search_strays: Rows from either side of a modified-date window that come back although outside it.
        search_nulls_calculated: Calculated properties are null in search, though a batch read has them.
        index_delay_seconds: How long a change stays invisible to search.
        history_kept: Values that the history of a property goes back at most; HubSpot documents no figure.
        omitted_when_empty: Properties that are left out, instead of null, where they have no value.
        details_have_name: Whether account-info carries the newer field `portalName`.
        burst_limit: Requests in ten seconds for each app; search and associations are counted apart.
        daily_limit: Requests in a day, in the portal's time zone; static tokens only.
        rate_limit_body: Which of the two documented 429 bodies is sent.
        retry_after: Whether a 429 carries `Retry-After`.
        missing_scope_body: Which of the two 403 wordings is sent.
        rotate_refresh_tokens: Every refresh returns a new refresh token and the old one stops working.
    """

    max_url_length: int = 8_000
    list_association_cut: int = 100
    association_page_size: int = 500
    search_order: Literal["sorted", "shuffled"] = "sorted"
    search_result_cap: int = 10_000
    search_strays: int = 0
    search_nulls_calculated: bool = False
    index_delay_seconds: float = 0.0
    history_kept: int = 45
    omitted_when_empty: set[str] = msgspec.field(default_factory=set)
    details_have_name: bool = True
    enforce_rate_limits: bool = True
    burst_limit: int = 110
    static_burst_limit: int = 190
    search_limit: int = 5
    association_limit: int = 150
    daily_limit: int = 625_000
    rate_limit_body: Literal["policy", "category"] = "policy"
    retry_after: bool = False
    missing_scope_body: Literal["category", "text"] = "category"
    rotate_refresh_tokens: bool = False
