"""What a function tells of itself: one line an invocation (metrics in it), one line a fault, one subsegment."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from resolvers._kit.tracing import Tracer

NAMESPACE: Final = "Souk"


class Telemetry:
    """Logs (JSON), metrics (CloudWatch's embedded format) and traces of one function; ``service`` is its domain.

    The metrics line of an invocation carries field, batch size and request id as searchable properties, so that it is
    the access log too and an invocation writes one line, not two.
    """

    def __init__(self, service: str) -> None:
        self.service = service
        self.log: Final = Logger(service=service, serialize_stacktrace=False)
        self._metrics: Final = Metrics(namespace=NAMESPACE, service=service)
        self._tracer: Final = Tracer.of(os.environ)

    def count(self, name: str, times: int = 1) -> None:
        """Add to a counter; sent with the invocation's line."""
        self._metrics.add_metric(name=name, unit=MetricUnit.Count, value=times)

    @contextmanager
    def invocation(self, field: str, size: int, request_id: str) -> Iterator[None]:
        """Measure one invocation that answers ``field`` for ``size`` parents; its line is written whatever happens."""
        started, clock = time.time(), time.perf_counter()
        failed = True
        try:
            yield
            failed = False
        finally:
            elapsed = (time.perf_counter() - clock) * 1000
            self._metrics.add_metric(name="Answers", unit=MetricUnit.Count, value=size)
            self._metrics.add_metric(name="Duration", unit=MetricUnit.Milliseconds, value=round(elapsed, 3))
            for key, value in (("field", field), ("request_id", request_id), ("failed", failed)):
                self._metrics.add_metadata(key=key, value=value)
            self._metrics.flush_metrics()
            self._tracer.sent(field, started, started + elapsed / 1000, fault=failed)

    def fault(self, error: Exception, field: str, request_id: str) -> None:
        """The one log line of a fault, with its trace and its metric."""
        self.log.error("answer failed", exc_info=error, field=field, request_id=request_id, Faults=1, _aws=_fault())


def _fault() -> Mapping[str, Any]:
    """Has CloudWatch count ``Faults`` of the line: of its service, and of all services together, which has an alarm.

    In a line of its own kind, since a second set of dimensions would double every metric of an invocation's line
    (CloudWatch guide, "Specification: Embedded metric format"; a custom metric costs 0.30 dollars a month).
    """
    counted = {
        "Namespace": NAMESPACE,
        "Dimensions": [["service"], []],
        "Metrics": [{"Name": "Faults", "Unit": "Count"}],
    }
    return {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [counted]}
