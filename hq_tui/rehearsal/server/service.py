"""Answers requests with performances: routes, validation, replies, faults and usage.

It has neither socket nor clock: the same requests in the same order get the same answers.
"""

from __future__ import annotations

import hmac
import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from hq_tui.rehearsal.faults.faults import NO_FAULTS, Fault, FaultScript
from hq_tui.rehearsal.faults.mutate import altered_reply
from hq_tui.rehearsal.faults.perform import Delivery, instead, refusal, streamed, unstreamed
from hq_tui.rehearsal.server import errors
from hq_tui.rehearsal.server.errors import Refusal
from hq_tui.rehearsal.server.events import Counts, counted, events, message
from hq_tui.rehearsal.server.http import HttpRequest
from hq_tui.rehearsal.server.models import CATALOGUE, Model, stand_in
from hq_tui.rehearsal.server.prompt_cache import PromptCache, input_tokens
from hq_tui.rehearsal.server.reply import (
    RehearsedReply,
    ThinkingPart,
    rest_of,
    shortened,
    stopped_at,
)
from hq_tui.rehearsal.server.responder import Responder, messages_of
from hq_tui.rehearsal.server.script import Performance, whole
from hq_tui.rehearsal.server.signatures import SentSignatures
from hq_tui.rehearsal.server.turns import Message, unfold
from hq_tui.rehearsal.validation.request import check, check_conversation

KEPT = 20_000
"""Maximum number of exchanges and usage rows kept; a server may run for days."""

BODIES = 4 << 20
"""Maximum bytes of request bodies kept. Each holds the whole history."""


@dataclass(slots=True, kw_only=True)
class UsageRow:
    """The usage of one message. `output_tokens` counts what was sent; `complete` that all was."""

    message_id: str
    request_id: str
    model: str
    input_tokens: int
    cache_read_input_tokens: int
    cache_creation_input_tokens: int
    output_tokens: int = 0
    complete: bool = False


@dataclass(slots=True, kw_only=True)
class RecordedExchange:
    """One request and its outcome. `number` counts requests to `/v1/messages`; 0 for others.

    `outcome` is `running`, `sent`, `left` (the client disconnected), a status with its error
    type, or the faults that were played. `body` becomes None when many have followed.
    """

    number: int
    method: str
    path: str
    headers: Mapping[str, str]
    body: object
    request_id: str
    outcome: str = "running"
    message_id: str = ""


@dataclass(slots=True, kw_only=True)
class ServiceResponse:
    """An exchange, its performance, and the usage row that grows as it is played."""

    exchange: RecordedExchange
    performance: Performance
    row: UsageRow | None = None


@dataclass(slots=True, kw_only=True)
class Service:
    """The Messages API without a network.

    `any_model` accepts every model name. `run` is part of every message id, so that two runs
    never share one.
    """

    responder: Responder
    token: str
    run: str
    script: FaultScript = NO_FAULTS
    delivery: Delivery = field(default_factory=Delivery)
    models: Sequence[Model] = CATALOGUE
    strict: bool = True
    any_model: bool = False
    exchanges: deque[RecordedExchange] = field(default_factory=lambda: deque(maxlen=KEPT))
    ledger: dict[str, UsageRow] = field(default_factory=dict)
    _bodies: deque[tuple[RecordedExchange, int]] = field(default_factory=deque, init=False)
    _held: int = field(default=0, init=False)
    _memory: SentSignatures = field(default_factory=SentSignatures, init=False)
    _cache: PromptCache = field(default_factory=PromptCache, init=False)
    _requests: int = field(default=0, init=False)
    _posts: int = field(default=0, init=False)

    def answer(self, request: HttpRequest) -> ServiceResponse:
        """The answer to one request, noted among the exchanges."""
        self._requests += 1
        is_message = (request.method, request.path) == ("POST", "/v1/messages")
        self._posts += is_message
        exchange = RecordedExchange(
            number=self._posts if is_message else 0,
            method=request.method,
            path=request.path,
            headers=request.headers,
            body=_parsed(request.body),
            request_id=f"req_{self.run}_{self._requests:06d}",
        )
        self._keep(exchange, len(request.body))
        try:
            found = self._routed(request, exchange)
        except RecursionError:
            found = errors.BAD_JSON
        except Exception as error:  # noqa: BLE001 - a responder may raise anything, and its client waits
            found = replace(errors.SERVER_ERROR, message=f"The partner failed: {error!r}")
        if isinstance(found, Refusal):
            exchange.outcome = f"{found.status} {found.type}"
            found = ServiceResponse(
                exchange=exchange, performance=refusal(found, exchange.request_id)
            )
        return found

    def _keep(self, exchange: RecordedExchange, size: int) -> None:
        """Note an exchange, and let go of the oldest bodies where all take too much."""
        self.exchanges.append(exchange)
        self._bodies.append((exchange, size))
        self._held += size
        while self._held > BODIES and len(self._bodies) > 1:
            oldest, size = self._bodies.popleft()
            oldest.body = None
            self._held -= size

    def _routed(
        self, request: HttpRequest, exchange: RecordedExchange
    ) -> ServiceResponse | Refusal:
        if not self._is_allowed(request):
            return errors.UNAUTHORISED
        match (request.method, request.path):
            case ("POST", "/v1/messages"):
                return self._messages(request, exchange)
            case ("POST", "/v1/messages/count_tokens"):
                return self._count(request, exchange)
            case ("GET", "/v1/models"):
                rows = [model.as_json() for model in self.models]
                ends = {"first_id": self.models[0].id, "last_id": self.models[-1].id}
                return _json(exchange, {"data": rows, "has_more": False, **ends})
            case ("GET", path) if path.startswith("/v1/models/"):
                model = self._model(path.removeprefix("/v1/models/"))
                return model if isinstance(model, Refusal) else _json(exchange, model.as_json())
            case _:
                return errors.NOT_FOUND

    def _is_allowed(self, request: HttpRequest) -> bool:
        bearer = request.headers.get("authorization", "")
        given = request.headers.get("x-api-key", "")
        if bearer.lower().startswith("bearer "):
            given = bearer[7:].strip()
        return hmac.compare_digest(given.encode(), self.token.encode())

    def _model(self, name: object) -> Model | Refusal:
        for model in self.models:
            if model.id == name:
                return model
        if self.any_model and isinstance(name, str) and name:
            return stand_in(name)
        return errors.unknown_model(str(name))

    def _understood(
        self, request: HttpRequest, exchange: RecordedExchange
    ) -> tuple[Mapping[str, object], Model] | Refusal:
        """The body of a request, and the model that it names."""
        if self.strict and "anthropic-version" not in request.headers:
            return errors.invalid("anthropic-version: header is required")
        body = exchange.body
        if not isinstance(body, Mapping):
            return errors.BAD_JSON
        model = self._model(body.get("model"))
        return model if isinstance(model, Refusal) else (body, model)

    def _count(self, request: HttpRequest, exchange: RecordedExchange) -> ServiceResponse | Refusal:
        understood = self._understood(request, exchange)
        if isinstance(understood, Refusal):
            return understood
        body, model = understood
        for words in check_conversation(body, model, self._memory) if self.strict else ():
            return errors.invalid(words)
        return _json(exchange, {"input_tokens": input_tokens(body)})

    def _messages(
        self, request: HttpRequest, exchange: RecordedExchange
    ) -> ServiceResponse | Refusal:
        understood = self._understood(request, exchange)
        if isinstance(understood, Refusal):
            return understood
        body, model = understood
        wrong = check(body, model, self._memory, request.headers) if self.strict else None
        if wrong is not None:
            return wrong
        faults = self.script.due(exchange.number)
        exchange.outcome = "+".join(fault.kind for fault in faults) or "sent"
        no_answer = instead(faults, exchange.request_id)
        if no_answer is not None:
            return ServiceResponse(exchange=exchange, performance=no_answer)
        return self._replied(body, model, faults, exchange)

    def _replied(
        self,
        body: Mapping[str, object],
        model: Model,
        faults: Sequence[Fault],
        exchange: RecordedExchange,
    ) -> ServiceResponse:
        reply = self._rest(body, faults)
        self._memory.sent(body, reply)
        counts = counted(reply, self._cache.counts(body))
        row = self._row(exchange, model, counts)
        exchange.message_id = row.message_id
        if body.get("stream") is True:
            told = events(reply, id=row.message_id, model=model.id, counts=counts)
            performance = streamed(told, faults, self.delivery)
        else:
            whole_message = message(reply, id=row.message_id, model=model.id, counts=counts)
            performance = unstreamed(
                whole_message, faults, exchange.request_id, counts.output_tokens
            )
        return ServiceResponse(exchange=exchange, performance=performance, row=row)

    def _rest(self, body: Mapping[str, object], faults: Sequence[Fault]) -> RehearsedReply:
        def reply_to(messages: tuple[Message, ...]) -> RehearsedReply:
            return _shown(self.responder.reply({**body, "messages": messages}), body)

        turn = unfold(messages_of(body), reply_to)
        rest = rest_of(turn.reply, turn.delivered, turn.called)
        sequences = body.get("stop_sequences")
        if isinstance(sequences, list):
            rest = stopped_at(rest, [one for one in sequences if isinstance(one, str)])
        limit = body.get("max_tokens")
        if isinstance(limit, int):
            rest = shortened(rest, limit, "max_tokens")
        # A model continues a prefill without repeating or introducing anything.
        prefilled = any(one.get("role") == "assistant" for one in messages_of(body)[-1:])
        delivered = "" if prefilled else turn.reply.text[: turn.delivered]
        return altered_reply(rest, faults, delivered)

    def _row(self, exchange: RecordedExchange, model: Model, counts: Counts) -> UsageRow:
        row = UsageRow(
            message_id=f"msg_{self.run}_{exchange.number:06d}",
            request_id=exchange.request_id,
            model=model.id,
            input_tokens=counts.input_tokens,
            cache_read_input_tokens=counts.cache_read,
            cache_creation_input_tokens=counts.cache_creation,
        )
        self.ledger[row.message_id] = row
        if len(self.ledger) > KEPT:
            del self.ledger[next(iter(self.ledger))]
        return row


def _json(exchange: RecordedExchange, value: Mapping[str, object]) -> ServiceResponse:
    exchange.outcome = "sent"
    return ServiceResponse(exchange=exchange, performance=whole(200, json.dumps(value).encode()))


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None


def _shown(reply: RehearsedReply, body: Mapping[str, object]) -> RehearsedReply:
    """The reply with its thinking as the request wants to see it."""
    wish = body.get("thinking")
    if not isinstance(wish, Mapping):
        return reply
    blocks = reply.blocks
    if wish.get("type") == "disabled":
        blocks = tuple(block for block in blocks if not isinstance(block, ThinkingPart))
    if wish.get("display") == "omitted":
        blocks = tuple(
            replace(block, thinking="") if isinstance(block, ThinkingPart) else block
            for block in blocks
        )
    return replace(reply, blocks=blocks)
