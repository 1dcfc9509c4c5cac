# Written by `make build` from openapi/. Do not edit.
"""Clients of the five APIs: a method for each operation, with typed arguments and results."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from itertools import count
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

import httpx
from servicenow_ccaas import contract
from servicenow_ccaas.errors import ApiError
from servicenow_ccaas.paging import ordered
from servicenow_ccaas.query import Query
from servicenow_ccaas.transport import BROKEN_OFF, Call, Retries

if TYPE_CHECKING:
    from servicenow_ccaas import models

TIMEOUT = httpx.Timeout(30.0, connect=10.0)
PAGE = 100


class Client:
    """A client that waits for each answer.

    `base_url` is that of the instance, such as `https://dev1.service-now.com`; `auth` one of
    `Basic`, `Bearer`, `OAuth` and `ApiKey`. A value of a response that does not fit is kept as it
    came, a field that is missing is None, and `misfits()` of a result lists both; with `strict`
    either is an error. A request with a field that the contract does not know, or with half of a
    pair, is not sent unless the client is `unchecked`; columns whose names begin with u_ or x_
    are those of an instance.

    Every method raises an exception of `servicenow_ccaas.contract` for a documented error,
    `RefusedError` for a failure under a status of success, `UnexpectedAnswerError` for what the
    contract does not describe, `InvalidRequestError` for what it does not send, and
    httpx.TransportError if no answer came.
    """

    def __init__(
        self,
        base_url: str,
        auth: httpx.Auth | None = None,
        *,
        timeout: httpx.Timeout | float = TIMEOUT,
        retries: Retries | None = None,
        strict: bool = False,
        unchecked: bool = False,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._retries = retries or Retries()
        self._strict = strict
        self._unchecked = unchecked
        # No redirect is followed, so that credentials reach the instance alone.
        self._http = httpx.Client(
            base_url=base_url, auth=auth, timeout=timeout, transport=transport
        )

    def __repr__(self) -> str:
        return f"Client({str(self._http.base_url)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connections."""
        self._http.close()

    def set_agent_mapping(
        self,
        agent_id: str,
        inbound_id: str,
        body: models.SetAgentMappingRequest,
    ) -> models.SetAgentMappingResponse:
        """Map an external agent to a user.

        PUT `/api/sn_ct_ctr_it_core/agent_mapping/agent/{agentId}/inboundId/{inboundId}`, for users with the role interaction_agent.
        `agent_id`: Sys_id of the user who is the agent.
        `inbound_id`: Inbound ID of the provider channel identity through which the contact-centre platform is connected.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotAcceptableError, UnsupportedMediaTypeError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.SET_AGENT_MAPPING,
            path={
                "agentId": agent_id,
                "inboundId": inbound_id,
            },
            body=body,
        )
        return cast("models.SetAgentMappingResponse", self._sent(call))

    def offer_work(
        self,
        document_table: str,
        document_sys_id: str,
        body: models.OfferWorkRequest,
    ) -> models.OfferWorkResponse:
        """Offer or transfer a work item.

        POST `/api/now/awa/documents/{document_table}/{document_sys_id}/offer`, for users with the role awa_manager or awa_integration_user.
        `document_table`: Table of the document, such as `interaction` or `task`.
        `document_sys_id`: Sys_id of the document to be worked on, a record of the table in the path.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotFoundError, NotAcceptableError, ConflictError, UnsupportedMediaTypeError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.OFFER_WORK,
            path={
                "document_table": document_table,
                "document_sys_id": document_sys_id,
            },
            body=body,
        )
        return cast("models.OfferWorkResponse", self._sent(call))

    def list_contacts(
        self,
        *,
        sysparm_limit: int | None = None,
        sysparm_offset: int | None = None,
        sysparm_query: str | Query | None = None,
    ) -> models.ListContactsResponse:
        """List contacts.

        GET `/api/now/contact`, for users with the role csm_ws_integration.
        `sysparm_limit`: How many records a page holds at most; 10, if it is not sent.
        `sysparm_offset`: How many matching records to leave out before the page begins; none, if it is not sent.
        `sysparm_query`: Which contacts to list and in which order; all of them, if it is not sent.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotAcceptableError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.LIST_CONTACTS,
            path={},
            query={
                "sysparm_limit": sysparm_limit,
                "sysparm_offset": sysparm_offset,
                "sysparm_query": sysparm_query,
            },
        )
        return cast("models.ListContactsResponse", self._sent(call))

    def create_contact(
        self,
        body: models.CreateContactRequest,
    ) -> models.CreateContactResponse:
        """Create a contact.

        POST `/api/now/contact`, for users with the role csm_ws_integration.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotAcceptableError, UnsupportedMediaTypeError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.CREATE_CONTACT,
            path={},
            body=body,
        )
        return cast("models.CreateContactResponse", self._sent(call))

    def get_contact(
        self,
        id: str,
    ) -> models.GetContactResponse:
        """Get a contact.

        GET `/api/now/contact/{id}`, for users with the role csm_ws_integration.
        `id`: Sys_id of the contact.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotFoundError, NotAcceptableError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.GET_CONTACT,
            path={
                "id": id,
            },
        )
        return cast("models.GetContactResponse", self._sent(call))

    def get_external_id_mapping(
        self,
        table_name: str,
        document_id: str,
    ) -> models.GetExternalIdMappingResponse:
        """Get the routing id of a record.

        GET `/api/sn_ct_ctr_it_core/external_id_mapping/table/{tableName}/documentId/{documentId}`, for users with the role sn_ct_ctr_it_core.admin.
        `table_name`: Table of the record that was routed: `sn_customerservice_case`, `sn_customerservice_task`, `interaction` or any other one, custom tables included.
        `document_id`: Sys_id of the record that was routed, in the table that `tableName` names.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotFoundError, NotAcceptableError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.GET_EXTERNAL_ID_MAPPING,
            path={
                "tableName": table_name,
                "documentId": document_id,
            },
        )
        return cast("models.GetExternalIdMappingResponse", self._sent(call))

    def set_external_id_mapping(
        self,
        table_name: str,
        document_id: str,
        body: models.SetExternalIdMappingRequest,
    ) -> models.SetExternalIdMappingResponse:
        """Store the routing id of a record.

        PUT `/api/sn_ct_ctr_it_core/external_id_mapping/table/{tableName}/documentId/{documentId}`, for users with the roles sn_ct_ctr_it_core.admin and awa_integration_user.
        `table_name`: Table of the record that was routed: `sn_customerservice_case`, `sn_customerservice_task`, `interaction` or any other one, custom tables included.
        `document_id`: Sys_id of the record that was routed, in the table that `tableName` names.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotFoundError, NotAcceptableError, UnsupportedMediaTypeError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.SET_EXTERNAL_ID_MAPPING,
            path={
                "tableName": table_name,
                "documentId": document_id,
            },
            body=body,
        )
        return cast("models.SetExternalIdMappingResponse", self._sent(call))

    def create_interaction(
        self,
        body: models.CreateInteractionRequest,
    ) -> models.CreateInteractionResponse:
        """Create an interaction.

        POST `/api/now/interaction`, for users with the role interaction_admin or interaction_agent or interaction_integration_user.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotAcceptableError, UnsupportedMediaTypeError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.CREATE_INTERACTION,
            path={},
            body=body,
        )
        return cast("models.CreateInteractionResponse", self._sent(call))

    def close_interaction(
        self,
        interaction_id: str,
        body: models.CloseInteractionRequest | None = None,
    ) -> models.CloseInteractionResponse:
        """Close an interaction.

        POST `/api/now/interaction/{interaction_id}/close`, for users with the role interaction_admin or interaction_agent or interaction_integration_user.
        `interaction_id`: Sys_id of the interaction to close.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotFoundError, NotAcceptableError, UnsupportedMediaTypeError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.CLOSE_INTERACTION,
            path={
                "interaction_id": interaction_id,
            },
            body=body,
        )
        return cast("models.CloseInteractionResponse", self._sent(call))

    def iterate_contacts(
        self,
        sysparm_query: str | Query | None = None,
        *,
        page_size: int = PAGE,
    ) -> Iterator[models.Contact]:
        """Every record of list_contacts, page by page; sorted by sys_id unless the query sorts.

        A record that is created or deleted meanwhile can be missed or come twice. An error names
        the page that could not be read: those before it were yielded.
        """
        sysparm_query = ordered(sysparm_query)
        offset = 0
        while True:
            try:
                page = self.list_contacts(
                    sysparm_limit=page_size,
                    sysparm_offset=offset,
                    sysparm_query=sysparm_query,
                )
            except ApiError as error:
                raise error.in_page(offset) from error.__cause__
            except httpx.TransportError as error:
                error.add_note(f"The page begins at record {offset}.")
                raise
            if not page.result:
                return
            for record in page.result:
                yield record
            # A page can be short: records that the user may not see are left out of it.
            offset += page_size

    def _sent(self, call: Call) -> Any:
        if not self._unchecked:
            call.check()
        for number in count(1):
            try:
                response = self._http.send(call.request(self._http))
            except BROKEN_OFF:
                seconds = self._retries.wait(call.operation, number, None)
                if seconds is None:
                    raise
            else:
                seconds = self._retries.wait(call.operation, number, response)
                if seconds is None:
                    return call.result(response, strict=self._strict)
            time.sleep(seconds)


class AsyncClient:
    """The same for programs that go on while they wait (asyncio).

    `base_url` is that of the instance, such as `https://dev1.service-now.com`; `auth` one of
    `Basic`, `Bearer`, `OAuth` and `ApiKey`. A value of a response that does not fit is kept as it
    came, a field that is missing is None, and `misfits()` of a result lists both; with `strict`
    either is an error. A request with a field that the contract does not know, or with half of a
    pair, is not sent unless the client is `unchecked`; columns whose names begin with u_ or x_
    are those of an instance.

    Every method raises an exception of `servicenow_ccaas.contract` for a documented error,
    `RefusedError` for a failure under a status of success, `UnexpectedAnswerError` for what the
    contract does not describe, `InvalidRequestError` for what it does not send, and
    httpx.TransportError if no answer came.
    """

    def __init__(
        self,
        base_url: str,
        auth: httpx.Auth | None = None,
        *,
        timeout: httpx.Timeout | float = TIMEOUT,
        retries: Retries | None = None,
        strict: bool = False,
        unchecked: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._retries = retries or Retries()
        self._strict = strict
        self._unchecked = unchecked
        # No redirect is followed, so that credentials reach the instance alone.
        self._http = httpx.AsyncClient(
            base_url=base_url, auth=auth, timeout=timeout, transport=transport
        )

    def __repr__(self) -> str:
        return f"AsyncClient({str(self._http.base_url)!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End the connections."""
        await self._http.aclose()

    async def set_agent_mapping(
        self,
        agent_id: str,
        inbound_id: str,
        body: models.SetAgentMappingRequest,
    ) -> models.SetAgentMappingResponse:
        """Map an external agent to a user.

        PUT `/api/sn_ct_ctr_it_core/agent_mapping/agent/{agentId}/inboundId/{inboundId}`, for users with the role interaction_agent.
        `agent_id`: Sys_id of the user who is the agent.
        `inbound_id`: Inbound ID of the provider channel identity through which the contact-centre platform is connected.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotAcceptableError, UnsupportedMediaTypeError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.SET_AGENT_MAPPING,
            path={
                "agentId": agent_id,
                "inboundId": inbound_id,
            },
            body=body,
        )
        return cast("models.SetAgentMappingResponse", await self._sent(call))

    async def offer_work(
        self,
        document_table: str,
        document_sys_id: str,
        body: models.OfferWorkRequest,
    ) -> models.OfferWorkResponse:
        """Offer or transfer a work item.

        POST `/api/now/awa/documents/{document_table}/{document_sys_id}/offer`, for users with the role awa_manager or awa_integration_user.
        `document_table`: Table of the document, such as `interaction` or `task`.
        `document_sys_id`: Sys_id of the document to be worked on, a record of the table in the path.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotFoundError, NotAcceptableError, ConflictError, UnsupportedMediaTypeError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.OFFER_WORK,
            path={
                "document_table": document_table,
                "document_sys_id": document_sys_id,
            },
            body=body,
        )
        return cast("models.OfferWorkResponse", await self._sent(call))

    async def list_contacts(
        self,
        *,
        sysparm_limit: int | None = None,
        sysparm_offset: int | None = None,
        sysparm_query: str | Query | None = None,
    ) -> models.ListContactsResponse:
        """List contacts.

        GET `/api/now/contact`, for users with the role csm_ws_integration.
        `sysparm_limit`: How many records a page holds at most; 10, if it is not sent.
        `sysparm_offset`: How many matching records to leave out before the page begins; none, if it is not sent.
        `sysparm_query`: Which contacts to list and in which order; all of them, if it is not sent.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotAcceptableError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.LIST_CONTACTS,
            path={},
            query={
                "sysparm_limit": sysparm_limit,
                "sysparm_offset": sysparm_offset,
                "sysparm_query": sysparm_query,
            },
        )
        return cast("models.ListContactsResponse", await self._sent(call))

    async def create_contact(
        self,
        body: models.CreateContactRequest,
    ) -> models.CreateContactResponse:
        """Create a contact.

        POST `/api/now/contact`, for users with the role csm_ws_integration.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotAcceptableError, UnsupportedMediaTypeError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.CREATE_CONTACT,
            path={},
            body=body,
        )
        return cast("models.CreateContactResponse", await self._sent(call))

    async def get_contact(
        self,
        id: str,
    ) -> models.GetContactResponse:
        """Get a contact.

        GET `/api/now/contact/{id}`, for users with the role csm_ws_integration.
        `id`: Sys_id of the contact.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotFoundError, NotAcceptableError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.GET_CONTACT,
            path={
                "id": id,
            },
        )
        return cast("models.GetContactResponse", await self._sent(call))

    async def get_external_id_mapping(
        self,
        table_name: str,
        document_id: str,
    ) -> models.GetExternalIdMappingResponse:
        """Get the routing id of a record.

        GET `/api/sn_ct_ctr_it_core/external_id_mapping/table/{tableName}/documentId/{documentId}`, for users with the role sn_ct_ctr_it_core.admin.
        `table_name`: Table of the record that was routed: `sn_customerservice_case`, `sn_customerservice_task`, `interaction` or any other one, custom tables included.
        `document_id`: Sys_id of the record that was routed, in the table that `tableName` names.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotFoundError, NotAcceptableError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.GET_EXTERNAL_ID_MAPPING,
            path={
                "tableName": table_name,
                "documentId": document_id,
            },
        )
        return cast("models.GetExternalIdMappingResponse", await self._sent(call))

    async def set_external_id_mapping(
        self,
        table_name: str,
        document_id: str,
        body: models.SetExternalIdMappingRequest,
    ) -> models.SetExternalIdMappingResponse:
        """Store the routing id of a record.

        PUT `/api/sn_ct_ctr_it_core/external_id_mapping/table/{tableName}/documentId/{documentId}`, for users with the roles sn_ct_ctr_it_core.admin and awa_integration_user.
        `table_name`: Table of the record that was routed: `sn_customerservice_case`, `sn_customerservice_task`, `interaction` or any other one, custom tables included.
        `document_id`: Sys_id of the record that was routed, in the table that `tableName` names.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotFoundError, NotAcceptableError, UnsupportedMediaTypeError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.SET_EXTERNAL_ID_MAPPING,
            path={
                "tableName": table_name,
                "documentId": document_id,
            },
            body=body,
        )
        return cast("models.SetExternalIdMappingResponse", await self._sent(call))

    async def create_interaction(
        self,
        body: models.CreateInteractionRequest,
    ) -> models.CreateInteractionResponse:
        """Create an interaction.

        POST `/api/now/interaction`, for users with the role interaction_admin or interaction_agent or interaction_integration_user.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotAcceptableError, UnsupportedMediaTypeError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.CREATE_INTERACTION,
            path={},
            body=body,
        )
        return cast("models.CreateInteractionResponse", await self._sent(call))

    async def close_interaction(
        self,
        interaction_id: str,
        body: models.CloseInteractionRequest | None = None,
    ) -> models.CloseInteractionResponse:
        """Close an interaction.

        POST `/api/now/interaction/{interaction_id}/close`, for users with the role interaction_admin or interaction_agent or interaction_integration_user.
        `interaction_id`: Sys_id of the interaction to close.
        Raises BadRequestError, UnauthorizedError, ForbiddenError, NotFoundError, NotAcceptableError, UnsupportedMediaTypeError, TooManyRequestsError, InternalServerError.
        """
        call = Call(
            contract.CLOSE_INTERACTION,
            path={
                "interaction_id": interaction_id,
            },
            body=body,
        )
        return cast("models.CloseInteractionResponse", await self._sent(call))

    async def iterate_contacts(
        self,
        sysparm_query: str | Query | None = None,
        *,
        page_size: int = PAGE,
    ) -> AsyncIterator[models.Contact]:
        """Every record of list_contacts, page by page; sorted by sys_id unless the query sorts.

        A record that is created or deleted meanwhile can be missed or come twice. An error names
        the page that could not be read: those before it were yielded.
        """
        sysparm_query = ordered(sysparm_query)
        offset = 0
        while True:
            try:
                page = await self.list_contacts(
                    sysparm_limit=page_size,
                    sysparm_offset=offset,
                    sysparm_query=sysparm_query,
                )
            except ApiError as error:
                raise error.in_page(offset) from error.__cause__
            except httpx.TransportError as error:
                error.add_note(f"The page begins at record {offset}.")
                raise
            if not page.result:
                return
            for record in page.result:
                yield record
            # A page can be short: records that the user may not see are left out of it.
            offset += page_size

    async def _sent(self, call: Call) -> Any:
        if not self._unchecked:
            call.check()
        for number in count(1):
            try:
                response = await self._http.send(call.request(self._http))
            except BROKEN_OFF:
                seconds = self._retries.wait(call.operation, number, None)
                if seconds is None:
                    raise
            else:
                seconds = self._retries.wait(call.operation, number, response)
                if seconds is None:
                    return call.result(response, strict=self._strict)
            await asyncio.sleep(seconds)
