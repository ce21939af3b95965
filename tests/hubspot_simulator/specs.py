"""What a scenario says of a portal's catalogues: pipelines, properties, labels and custom objects."""

from __future__ import annotations

import msgspec


class StageSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stage; closed stages of deals are won at probability 1 and lost at 0, other types have no probability."""

    id: str
    label: str
    probability: float = 0.0
    closed: bool = False


class PipelineSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pipeline and its share of the portal's records."""

    id: str
    label: str
    share: float = 1.0
    stages: tuple[StageSpec, ...]


class FieldSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A property that one portal has made for itself.

    Attributes:
        fill: Share of the records that have a value.
        archived: Listed among the archived properties only.
    """

    name: str
    label: str
    type: str
    field_type: str
    options: tuple[str, ...] = ()
    fill: float = 0.6
    data_sensitivity: str = "non_sensitive"
    archived: bool = False


class PropertySpec(FieldSpec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A custom property of a standard object type."""

    object_type: str


class LabelSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An association label of one portal, and the share of links that carry it."""

    from_type: str
    to_type: str
    label: str
    type_id: int
    share: float = 0.2


class CustomObjectSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A custom object type of one portal.

    Attributes:
        name: Short name; paths accept `object_type_id` and `p<portal id>_<name>`, but not this.
        primary_property: The property by which a record is called; it must be one of `properties`.
        records: How many records are generated.
        associated: Object types that its records can be linked with.
    """

    name: str
    object_type_id: str
    singular: str
    plural: str
    primary_property: str
    properties: tuple[FieldSpec, ...]
    records: int = 0
    associated: tuple[str, ...] = ("contacts", "companies")
    pipelines: tuple[PipelineSpec, ...] = ()

    def __post_init__(self) -> None:
        if not self.object_type_id.startswith("2-"):
            raise ValueError(f"object_type_id {self.object_type_id}: custom objects have ids like 2-1234")
        if self.primary_property not in {each.name for each in self.properties}:
            raise ValueError(f"{self.name} has no property {self.primary_property} to be called by")


#: What every portal starts with.
SUPPORT_PIPELINE = PipelineSpec(
    id="0",
    label="Support Pipeline",
    stages=(
        StageSpec(id="1", label="New"),
        StageSpec(id="2", label="Waiting on contact"),
        StageSpec(id="3", label="Waiting on us"),
        StageSpec(id="4", label="Closed", closed=True),
    ),
)
LEAD_PIPELINE = PipelineSpec(
    id="lead-pipeline-id",
    label="Lead pipeline",
    stages=(
        StageSpec(id="new-stage-id", label="New"),
        StageSpec(id="attempting-stage-id", label="Attempting"),
        StageSpec(id="connected-stage-id", label="Connected"),
        StageSpec(id="qualified-stage-id", label="Qualified", closed=True),
        StageSpec(id="unqualified-stage-id", label="Unqualified", closed=True),
    ),
)
