"""Marketing e-mails and what came of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.fields import life, rest, text
from tap_hubspot_multi.schemas import FLAG, KEY_TEXT, LIFE, MOMENT, OBJECT, TEXT, stream_schema
from tap_hubspot_multi.strategies.marketing_emails import MarketingEmailsStrategy
from tap_hubspot_multi.tasks import StreamDefinition
from tap_hubspot_multi.timestamps import normalize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_hubspot_multi.records import Record

_NOT_IN_DETAILS = frozenset(
    {
        "id",
        "name",
        "subject",
        "type",
        "state",
        "isPublished",
        "publishedAt",
        "campaign",
        "campaignName",
        "campaignUtm",
        "primaryEmailCampaignId",
        "language",
        "archived",
        "deletedAt",
        "createdAt",
        "updatedAt",
        "stats",
        # The e-mail's design: up to hundreds of kilobytes of modules, again each time that somebody opens it.
        "content",
    }
)


def _row(email: Mapping[str, Any]) -> Record:
    sender: Mapping[str, Any] = email.get("from") or {}
    published_at = email.get("publishedAt") or (
        email.get("publishDate") if email.get("isPublished") else None
    )
    return {
        "id": str(email["id"]),
        "name": email.get("name"),
        "subject": email.get("subject"),
        "type": email.get("type"),
        "state": email.get("state"),
        "is_published": email.get("isPublished"),
        "published_at": normalize(published_at),
        "campaign_id": text(email.get("campaign")),
        "campaign_name": email.get("campaignName"),
        "campaign_utm": email.get("campaignUtm"),
        "primary_email_campaign_id": text(email.get("primaryEmailCampaignId")),
        "from_name": sender.get("fromName"),
        "reply_to": sender.get("replyTo"),
        "language": email.get("language"),
        "statistics": email.get("stats"),
        "details": rest(email, _NOT_IN_DETAILS),
        "archived_at": normalize(email.get("deletedAt")),
        **life(email),
    }


STREAMS = (
    StreamDefinition(
        name="marketing_emails",
        keys=("portal_id", "id"),
        schema=stream_schema(
            id=KEY_TEXT,
            name=TEXT,
            subject=TEXT,
            type=TEXT,
            state=TEXT,
            is_published=FLAG,
            published_at=MOMENT,
            campaign_id=TEXT,
            campaign_name=TEXT,
            campaign_utm=TEXT,
            primary_email_campaign_id=TEXT,
            from_name=TEXT,
            reply_to=TEXT,
            language=TEXT,
            statistics=OBJECT,
            details=OBJECT,
            archived_at=MOMENT,
            **LIFE,
        ),
        strategy=MarketingEmailsStrategy(_row),
        endpoint=endpoints.MARKETING_EMAILS,
        scope="content",
        tier="statistics: Marketing",
        reading="what changed or may still be opened; everything now and then",
    ),
)
