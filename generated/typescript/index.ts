// Written by `make build`. Do not edit.
import type { paths as agentMappingPaths } from "./agent-mapping.ts";
import type { paths as awaOfferWorkPaths } from "./awa-offer-work.ts";
import type { paths as contactPaths } from "./contact.ts";
import type { paths as externalIdMappingPaths } from "./external-id-mapping.ts";
import type { paths as interactionPaths } from "./interaction.ts";

export type paths = agentMappingPaths & awaOfferWorkPaths & contactPaths & externalIdMappingPaths & interactionPaths;
