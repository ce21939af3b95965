"""The ways in which HubSpot lets records of two types be associated, with its numbers for them."""

from __future__ import annotations

Pair = tuple[str, str]

#: The link that every other label comes in addition to.
UNLABELLED = ""
PRIMARY = "Primary"

#: Type id there and back, by label; the unlabelled one is what every pair has.
_TYPES: dict[Pair, dict[str, tuple[int, int]]] = {
    ("contacts", "companies"): {UNLABELLED: (279, 280), PRIMARY: (1, 2)},
    ("deals", "contacts"): {UNLABELLED: (3, 4)},
    ("deals", "companies"): {UNLABELLED: (341, 342), PRIMARY: (5, 6)},
    ("tickets", "contacts"): {UNLABELLED: (16, 15)},
    ("tickets", "companies"): {UNLABELLED: (339, 340), PRIMARY: (26, 25)},
    ("tickets", "deals"): {UNLABELLED: (28, 27)},
    ("leads", "contacts"): {UNLABELLED: (608, 609), PRIMARY: (578, 579)},
    ("leads", "companies"): {UNLABELLED: (610, 611)},
    ("leads", "deals"): {UNLABELLED: (583, 584)},
    ("line_items", "deals"): {UNLABELLED: (20, 19)},
    ("line_items", "quotes"): {UNLABELLED: (68, 67)},
    ("line_items", "products"): {UNLABELLED: (621, 622)},
    ("quotes", "deals"): {UNLABELLED: (64, 63)},
    ("quotes", "contacts"): {UNLABELLED: (69, 70)},
    ("quotes", "companies"): {UNLABELLED: (71, 72)},
    ("feedback_submissions", "contacts"): {UNLABELLED: (98, 97)},
    ("feedback_submissions", "tickets"): {UNLABELLED: (100, 99)},
    ("calls", "contacts"): {UNLABELLED: (194, 193)},
    ("calls", "companies"): {UNLABELLED: (182, 181)},
    ("calls", "deals"): {UNLABELLED: (206, 205)},
    ("calls", "tickets"): {UNLABELLED: (220, 219)},
    ("meetings", "contacts"): {UNLABELLED: (200, 199)},
    ("meetings", "companies"): {UNLABELLED: (188, 187)},
    ("meetings", "deals"): {UNLABELLED: (212, 211)},
    ("meetings", "tickets"): {UNLABELLED: (226, 225)},
    ("emails", "contacts"): {UNLABELLED: (198, 197)},
    ("emails", "companies"): {UNLABELLED: (186, 185)},
    ("emails", "deals"): {UNLABELLED: (210, 209)},
    ("emails", "tickets"): {UNLABELLED: (224, 223)},
    ("notes", "contacts"): {UNLABELLED: (202, 201)},
    ("notes", "companies"): {UNLABELLED: (190, 189)},
    ("notes", "deals"): {UNLABELLED: (214, 213)},
    ("notes", "tickets"): {UNLABELLED: (228, 227)},
    ("tasks", "contacts"): {UNLABELLED: (204, 203)},
    ("tasks", "companies"): {UNLABELLED: (192, 191)},
    ("tasks", "deals"): {UNLABELLED: (216, 215)},
    ("tasks", "tickets"): {UNLABELLED: (230, 229)},
    ("tasks", "calls"): {UNLABELLED: (631, 632)},
    ("communications", "contacts"): {UNLABELLED: (81, 82)},
    ("communications", "companies"): {UNLABELLED: (87, 88)},
    ("communications", "deals"): {UNLABELLED: (85, 86)},
    ("communications", "tickets"): {UNLABELLED: (83, 84)},
}

#: In both directions: type id by label.
STANDARD_TYPES: dict[Pair, dict[str, int]] = {}
for (_from, _to), _labels in _TYPES.items():
    STANDARD_TYPES[_from, _to] = {label: there for label, (there, _) in _labels.items()}
    STANDARD_TYPES[_to, _from] = {label: back for label, (_, back) in _labels.items()}

#: HubSpot knows these directions, yet answers that there are none whatever is linked.
SILENT_DIRECTIONS = frozenset({("deals", "leads"), ("tasks", "calls"), ("calls", "tasks")})
