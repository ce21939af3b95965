"""All streams, declared: name, key, schema, and how they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_hubspot_multi import endpoints, schemas
from tap_hubspot_multi.crm import CRM_OBJECTS
from tap_hubspot_multi.strategies import catalogues
from tap_hubspot_multi.strategies.catalogues import CatalogueStrategy
from tap_hubspot_multi.strategies.crm_objects import CrmObjectStrategy
from tap_hubspot_multi.strategies.portals import PortalsStrategy
from tap_hubspot_multi.tasks import StreamDefinition

if TYPE_CHECKING:
    from tap_hubspot_multi.crm import CrmObject


def _crm_stream(crm_object: CrmObject) -> StreamDefinition:
    return StreamDefinition(
        name=crm_object.name,
        keys=("portal_id", "id"),
        schema=schemas.CRM_OBJECT,
        strategy=CrmObjectStrategy(crm_object),
        endpoint=endpoints.list_objects(crm_object.name),
        crm_object=crm_object.name,
    )


# In the order in which they are read: `portals` first, for a portal that cannot be reached shows there.
STREAMS: tuple[StreamDefinition, ...] = (
    StreamDefinition(
        name="portals",
        keys=("portal_id",),
        schema=schemas.PORTALS,
        strategy=PortalsStrategy(),
        endpoint=endpoints.ACCOUNT_DETAILS,
    ),
    StreamDefinition(
        name="properties",
        keys=("portal_id", "object_type", "name"),
        schema=schemas.PROPERTIES,
        strategy=CatalogueStrategy(catalogues.properties),
        endpoint=endpoints.properties("{object}"),
    ),
    StreamDefinition(
        name="pipelines",
        keys=("portal_id", "object_type", "id"),
        schema=schemas.PIPELINES,
        strategy=CatalogueStrategy(catalogues.pipelines),
        endpoint=endpoints.pipelines("{object}"),
    ),
    StreamDefinition(
        name="pipeline_stages",
        keys=("portal_id", "object_type", "pipeline_id", "id"),
        schema=schemas.PIPELINE_STAGES,
        strategy=CatalogueStrategy(catalogues.pipeline_stages),
        endpoint=endpoints.pipelines("{object}"),
    ),
    StreamDefinition(
        name="owners",
        keys=("portal_id", "id"),
        schema=schemas.OWNERS,
        strategy=CatalogueStrategy(catalogues.owners),
        endpoint=endpoints.OWNERS,
    ),
    *map(_crm_stream, CRM_OBJECTS),
)
