"""The context object a handler is called with (AWS Lambda guide, "Using the Lambda context object in Python")."""

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What Lambda tells a handler about the invocation; ``deadline`` is in seconds since the epoch."""

    aws_request_id: str
    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    log_group_name: str
    log_stream_name: str
    deadline: float
    function_version: str = "$LATEST"
    identity: None = None
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the invocation; 0 when that should have happened."""
        return max(0, int((self.deadline - time.time()) * 1000))
