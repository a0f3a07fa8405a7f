"""What a function tells of itself: one line an invocation (metrics in it), one line a fault, one subsegment."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

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
        """The one log line of a fault, with its trace, and its metric."""
        self.count("Faults")
        self.log.error("answer failed", exc_info=error, field=field, request_id=request_id)
