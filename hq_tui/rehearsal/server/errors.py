"""Error responses, with the API's own types, messages and statuses."""

from __future__ import annotations

import json
from dataclasses import dataclass

STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error answer: its type decides the status."""

    type: str
    message: str
    retry_after: float | None = None

    @property
    def status(self) -> int:
        """The HTTP status that goes with the type."""
        return STATUS.get(self.type, 500)

    def as_json(self, request_id: str) -> dict[str, object]:
        """The body as the API writes it."""
        return {
            "type": "error",
            "error": {"type": self.type, "message": self.message},
            "request_id": request_id,
        }

    def body(self, request_id: str) -> bytes:
        """The body as it goes over the wire."""
        spelt = json.dumps(self.as_json(request_id), ensure_ascii=False)
        return spelt.encode("utf-8", "backslashreplace")


def invalid(message: str) -> Refusal:
    """A 400 with these words."""
    return Refusal(type="invalid_request_error", message=message)


OVERLOADED = Refusal(type="overloaded_error", message="Overloaded")
SERVER_ERROR = Refusal(type="api_error", message="Internal server error")
UNAUTHORISED = Refusal(type="authentication_error", message="invalid x-api-key")
FORBIDDEN = Refusal(
    type="permission_error",
    message="Your API key does not have permission to use the specified resource.",
)
NOT_FOUND = Refusal(type="not_found_error", message="Not Found")
TOO_LARGE = Refusal(
    type="request_too_large", message="Request exceeds the maximum allowed number of bytes."
)
NO_PREFILL = invalid(
    "This model does not support assistant message prefill. "
    "The conversation must end with a user message."
)
TRAILING_SPACE = invalid("messages: final assistant content cannot end with trailing whitespace")
BAD_JSON = invalid("The request body is not valid JSON")


def rate_limited(retry_after: float) -> Refusal:
    """A 429 that says how long to wait."""
    return Refusal(
        type="rate_limit_error",
        message="This request would exceed your organization's rate limit.",
        retry_after=retry_after,
    )


def unknown_model(name: str) -> Refusal:
    """A 404 for a model that is not in the catalogue."""
    return Refusal(type="not_found_error", message=f"model: {name}")
