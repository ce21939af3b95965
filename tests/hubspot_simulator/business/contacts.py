"""The contacts of a portal, and how far each came: subscriber, lead, MQL, SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.business.drafts import Contact
from tests.hubspot_simulator.business.people import email
from tests.hubspot_simulator.clock import DAY_MS

if TYPE_CHECKING:
    import random

    from tests.hubspot_simulator.business.calendar import BusinessCalendar
    from tests.hubspot_simulator.business.drafts import Company
    from tests.hubspot_simulator.business.scene import Scene

_DEFAULT_SOURCES = {
    "ORGANIC_SEARCH": 28,
    "PAID_SEARCH": 16,
    "DIRECT_TRAFFIC": 17,
    "REFERRALS": 9,
    "SOCIAL_MEDIA": 8,
    "PAID_SOCIAL": 8,
    "EMAIL_MARKETING": 6,
    "OFFLINE": 7,
    "OTHER_CAMPAIGNS": 1,
}
_DRILL_DOWN = {
    "ORGANIC_SEARCH": ("GOOGLE", "BING", "Unknown keywords (SSL)"),
    "PAID_SEARCH": ("brand-search", "category-terms", "competitors"),
    "SOCIAL_MEDIA": ("LinkedIn", "Facebook", "YouTube"),
    "PAID_SOCIAL": ("LinkedIn", "Facebook", "Instagram"),
    "REFERRALS": ("partner.example", "directory.example"),
    "OFFLINE": ("IMPORT", "INTEGRATION", "CRM_UI"),
    "EMAIL_MARKETING": ("newsletter", "product-news"),
}
# How likely a lead of each source becomes marketing-qualified: paid and referred people mean business more often.
_QUALIFIES = {
    "REFERRALS": 0.58,
    "PAID_SEARCH": 0.47,
    "ORGANIC_SEARCH": 0.44,
    "OFFLINE": 0.5,
    "SOCIAL_MEDIA": 0.27,
}
_QUALIFIES_OTHERWISE = 0.36
_MQL_TO_SQL = 0.62
_UNKNOWN_SOURCE = 0.02
_WITHOUT_COMPANY = 0.18
_STARTS_AS_SUBSCRIBER = 0.35


def draft_contacts(scene: Scene, companies: list[Company]) -> list[Contact]:
    """Every contact of the portal, oldest first."""
    rng = scene.rng
    sources = scene.business.sources or _DEFAULT_SOURCES
    drawn = rng.choices(list(sources), list(sources.values()), k=scene.spec.contacts)
    contacts = []
    known = 0
    for number, created in enumerate(scene.calendar.moments(rng, scene.spec.contacts)):
        while known < len(companies) and companies[known].created_ms <= created:
            known += 1
        contact = _draft(scene, number, created, _employer(companies, known, rng))
        _add_source(contact, drawn[number], rng)
        _qualify(contact, drawn[number], scene.calendar, rng)
        contacts.append(contact)
    return contacts


def _employer(companies: list[Company], known: int, rng: random.Random) -> Company | None:
    if not companies or rng.random() < _WITHOUT_COMPANY:
        return None
    # Squaring makes some companies large accounts and leaves most with one or two contacts.
    return companies[int(max(known, 1) * rng.random() ** 2)]


def _draft(scene: Scene, number: int, created: int, company: Company | None) -> Contact:
    rng, people, spec = scene.rng, scene.people, scene.spec
    given, family, place = rng.choice(people.given), rng.choice(people.family), rng.choice(people.places)
    domain = company.properties["domain"] if company else "mail.example"
    properties = {
        "email": email(given, family, number, domain),
        "hs_email_domain": domain,
        "firstname": given.written,
        "lastname": family.written,
        "jobtitle": rng.choice(scene.business.job_titles),
        "city": place.city,
        "country": spec.country,
        "hs_language": spec.locale.split("_", maxsplit=1)[0],
        "hs_timezone": spec.time_zone,
        "hs_lead_status": rng.choice(("NEW", "OPEN", "IN_PROGRESS", "CONNECTED")),
        "hs_email_optout": "true" if rng.random() < 0.04 else "false",
        "hs_marketable_status": "true",
        "hs_predictivecontactscore_v2": f"{rng.random() * 30:.2f}",
        "hs_is_unworked": "true" if rng.random() < 0.4 else "false",
    }
    if rng.random() < 0.7:
        properties["phone"] = rng.choice(people.phones)
    if rng.random() < 0.5:
        properties.update(address=place.street, state=place.state, zip=place.postcode)
    contact = Contact(scene.portal.next_id("contacts"), created, created, properties, company=company)
    properties["hs_all_contact_vids"] = str(contact.id)
    if company:
        company.contacts += 1
        properties["company"] = company.properties["name"]
        properties["website"] = company.properties["website"]
        properties["associatedcompanyid"] = str(company.id)
    return contact


def _add_source(contact: Contact, source: str, rng: random.Random) -> None:
    if rng.random() < _UNKNOWN_SOURCE:
        return
    visits = 1 + int(rng.expovariate(0.4))
    contact.properties.update(
        hs_analytics_source=source,
        hs_analytics_source_data_1=rng.choice(_DRILL_DOWN.get(source, ("landing-page",))),
        hs_latest_source=source,
        hs_analytics_num_visits=str(visits),
        hs_analytics_num_page_views=str(visits * rng.randrange(1, 7)),
        num_conversion_events=str(int(rng.expovariate(0.8))),
        hs_object_source="IMPORT" if source == "OFFLINE" else "FORM",
    )
    contact.set_dated("hs_analytics_first_timestamp", contact.created_ms - rng.randrange(60_000, DAY_MS))
    contact.set_dated("recent_conversion_date", contact.created_ms)


def _qualify(contact: Contact, source: str, calendar: BusinessCalendar, rng: random.Random) -> None:
    created = contact.created_ms
    if rng.random() < _STARTS_AS_SUBSCRIBER:
        contact.stages["subscriber"] = created
        contact.stages["lead"] = calendar.later(rng, created, 9)
    else:
        contact.stages["lead"] = created
    if rng.random() < _QUALIFIES.get(source, _QUALIFIES_OTHERWISE):
        contact.stages["marketingqualifiedlead"] = calendar.later(rng, contact.stages["lead"], 6)
        if rng.random() < _MQL_TO_SQL:
            contact.stages["salesqualifiedlead"] = calendar.later(
                rng, contact.stages["marketingqualifiedlead"], 8
            )


def finish_lifecycle(contact: Contact, calendar: BusinessCalendar, *, stage_dates: bool) -> None:
    """Write the lifecycle stages that were reached before the anchor, and when."""
    for stage, entered in sorted(contact.stages.items(), key=lambda item: item[1]):
        if entered >= calendar.anchor_ms:
            continue
        contact.track("lifecyclestage", entered, stage)
        contact.set_dated(f"hs_lifecyclestage_{stage}_date", entered)
        if stage_dates:
            contact.set_dated(f"hs_v2_date_entered_{stage}", entered)
