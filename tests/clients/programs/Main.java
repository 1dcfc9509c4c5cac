import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import servicenowccaas.Client;

/** Sends what it is told, a line of JSON per call, and tells what it read, a line per answer. */
public final class Main {
    private final String operation;
    private final Map<String, Object> path;
    private final Map<String, Object> query;
    private final Object body;
    private final Client client;
    private int status;

    private Main(Map<String, Object> call) {
        operation = (String) call.get("operation");
        path = map(call.get("path"));
        query = map(call.get("query"));
        body = call.get("body");
        client = new Client(new Client.Config()
            .serverUrl((String) call.get("server"))
            .auth(new Client.Auth().basic("admin", "admin"))
            .middleware(new Client.Middleware() {
                @Override
                public void onResponse(HttpResponse<InputStream> response) {
                    status = response.statusCode();
                }
            }));
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            out.println(Client.Json.write(new Main(map(Client.Json.parse(line))).answer()));
        }
    }

    private Map<String, Object> answer() {
        Object read;
        try {
            read = send();
        } catch (Client.ApiException refusal) {
            status = refusal.status;
            read = refusal.body;
        }
        Map<String, Object> answer = new HashMap<>();
        answer.put("status", status);
        answer.put("body", read);
        return answer;
    }

    private Object send() {
        switch (operation) {
            case "setAgentMapping":
                return client.setAgentMapping(
                    at("agentId"), at("inboundId"), Client.AgentMappingSetRequest.fromJson(body));
            case "offerWork":
                return client.offerWork(at("document_table"), at("document_sys_id"), Client.WorkOfferRequest.fromJson(body));
            case "listContacts":
                return client.listContacts(new Client.ListContactsParams()
                    .sysparmLimit((Long) query.get("sysparm_limit"))
                    .sysparmOffset((Long) query.get("sysparm_offset"))
                    .sysparmQuery((String) query.get("sysparm_query")));
            case "createContact":
                return client.createContact(Client.ContactCreateRequest.fromJson(body));
            case "getContact":
                return client.getContact(at("id"));
            case "getExternalIdMapping":
                return client.getExternalIdMapping(at("tableName"), at("documentId"));
            case "setExternalIdMapping":
                return client.setExternalIdMapping(
                    at("tableName"), at("documentId"), Client.ExternalIdMappingSetRequest.fromJson(body));
            case "createInteraction":
                return client.createInteraction(Client.InteractionCreateRequest.fromJson(body));
            case "closeInteraction":
                return client.closeInteraction(at("interaction_id"));
            default:
                throw new IllegalArgumentException("no operation of this program: " + operation);
        }
    }

    private String at(String name) {
        return (String) path.get(name);
    }

    private static Map<String, Object> map(Object json) {
        Map<String, Object> members = new LinkedHashMap<>();
        ((Map<?, ?>) json).forEach((name, value) -> members.put((String) name, value));
        return members;
    }
}
