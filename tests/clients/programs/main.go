// Sends what it is told, a line of JSON per call, and tells what it read, a line per answer.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"

	"program/client"
)

// Query has the parameters of the one operation that takes some.
type Query struct {
	Limit  *int64  `json:"sysparm_limit"`
	Offset *int64  `json:"sysparm_offset"`
	Query  *string `json:"sysparm_query"`
}

// Call is one line of what to do.
type Call struct {
	Operation string            `json:"operation"`
	Server    string            `json:"server"`
	Path      map[string]string `json:"path"`
	Query     Query             `json:"query"`
	Body      json.RawMessage   `json:"body"`
}

// Answer is one line of what came of it.
type Answer struct {
	Status int `json:"status"`
	Body   any `json:"body"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var call Call
		if err := json.Unmarshal(lines.Bytes(), &call); err != nil {
			fatal(err)
		}
		told, err := json.Marshal(send(call))
		if err != nil {
			fatal(err)
		}
		fmt.Println(string(told))
	}
}

func send(call Call) Answer {
	answer := Answer{}
	api := client.New(client.Config{
		ServerURL: call.Server,
		Auth:      client.Auth{Basic: &client.BasicAuth{Username: "admin", Password: "admin"}},
		Middleware: []client.Middleware{{
			OnResponse: func(response *http.Response) { answer.Status = response.StatusCode },
		}},
	})
	body, err := read(api, call)
	var refusal *client.APIError
	if errors.As(err, &refusal) {
		body = refusal.Body
	} else if err != nil {
		fatal(err)
	}
	answer.Body = body
	return answer
}

func read(api *client.Client, call Call) (any, error) {
	ctx := context.Background()
	at := func(name string) string { return call.Path[name] }
	switch call.Operation {
	case "setAgentMapping":
		body := given[client.AgentMappingSetRequest](call)
		return api.SetAgentMapping(ctx, at("agentId"), at("inboundId"), body)
	case "offerWork":
		body := given[client.WorkOfferRequest](call)
		return api.OfferWork(ctx, at("document_table"), at("document_sys_id"), body)
	case "listContacts":
		return api.ListContacts(ctx, &client.ListContactsParams{
			SysparmLimit:  call.Query.Limit,
			SysparmOffset: call.Query.Offset,
			SysparmQuery:  call.Query.Query,
		})
	case "createContact":
		return api.CreateContact(ctx, given[client.ContactCreateRequest](call))
	case "getContact":
		return api.GetContact(ctx, at("id"))
	case "getExternalIdMapping":
		return api.GetExternalIdMapping(ctx, at("tableName"), at("documentId"))
	case "setExternalIdMapping":
		body := given[client.ExternalIdMappingSetRequest](call)
		return api.SetExternalIdMapping(ctx, at("tableName"), at("documentId"), body)
	case "createInteraction":
		return api.CreateInteraction(ctx, given[client.InteractionCreateRequest](call))
	case "closeInteraction":
		return api.CloseInteraction(ctx, at("interaction_id"))
	}
	return nil, fmt.Errorf("no operation of this program: %s", call.Operation)
}

// given is the body of the call as the client has it.
func given[Body any](call Call) Body {
	var body Body
	if err := json.Unmarshal(call.Body, &body); err != nil {
		fatal(err)
	}
	return body
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(2)
}
