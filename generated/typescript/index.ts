// Written by `make build`. Do not edit.
import type { paths as agentMappingPaths } from "./agent-mapping.js";
import type { paths as awaOfferWorkPaths } from "./awa-offer-work.js";
import type { paths as contactPaths } from "./contact.js";
import type { paths as externalIdMappingPaths } from "./external-id-mapping.js";
import type { paths as interactionPaths } from "./interaction.js";

export type paths = agentMappingPaths & awaOfferWorkPaths & contactPaths & externalIdMappingPaths & interactionPaths;
