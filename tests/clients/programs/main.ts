// Sends what it is told, a line of JSON per call, and tells what it read, a line per answer.
// Every operation is here by its type: one that is missing does not compile.
import createClient from "openapi-fetch";
import { createInterface } from "node:readline";
import type { operations as AgentMapping } from "./agent-mapping.ts";
import type { operations as AwaOfferWork } from "./awa-offer-work.ts";
import type { operations as Contact } from "./contact.ts";
import type { operations as ExternalIdMapping } from "./external-id-mapping.ts";
import type { paths } from "./index.ts";
import type { operations as Interaction } from "./interaction.ts";

type Operations = AgentMapping & AwaOfferWork & Contact & ExternalIdMapping & Interaction;
type Body<Operation> = Operation extends { requestBody?: { content: { "application/json": infer Json } } }
  ? Json
  : undefined;
type Call = {
  [Name in keyof Operations]: {
    operation: Name;
    server: string;
    path: Operations[Name]["parameters"]["path"];
    query: Operations[Name]["parameters"]["query"];
    body: Body<Operations[Name]>;
  };
}[keyof Operations];

function send(call: Call) {
  const client = createClient<paths>({
    baseUrl: call.server,
    headers: { Authorization: `Basic ${btoa("admin:admin")}`, Accept: "application/json" },
  });
  switch (call.operation) {
    case "setAgentMapping":
      return client.PUT(
        "/api/sn_ct_ctr_it_core/agent_mapping/agent/{agentId}/inboundId/{inboundId}",
        { params: { path: call.path }, body: call.body },
      );
    case "offerWork":
      return client.POST("/api/now/awa/documents/{document_table}/{document_sys_id}/offer", {
        params: { path: call.path },
        body: call.body,
      });
    case "listContacts":
      return client.GET("/api/now/contact", { params: { query: call.query } });
    case "createContact":
      return client.POST("/api/now/contact", { body: call.body });
    case "getContact":
      return client.GET("/api/now/contact/{id}", { params: { path: call.path } });
    case "getExternalIdMapping":
      return client.GET(
        "/api/sn_ct_ctr_it_core/external_id_mapping/table/{tableName}/documentId/{documentId}",
        { params: { path: call.path } },
      );
    case "setExternalIdMapping":
      return client.PUT(
        "/api/sn_ct_ctr_it_core/external_id_mapping/table/{tableName}/documentId/{documentId}",
        { params: { path: call.path }, body: call.body },
      );
    case "createInteraction":
      return client.POST("/api/now/interaction", { body: call.body });
    case "closeInteraction":
      return client.POST("/api/now/interaction/{interaction_id}/close", {
        params: { path: call.path },
        body: call.body,
      });
    default: {
      const missing: never = call;
      throw new Error(`no operation of the contract: ${JSON.stringify(missing)}`);
    }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { data, error, response } = await send(JSON.parse(line) as Call);
  console.log(JSON.stringify({ status: response.status, body: response.ok ? data : error }));
}
