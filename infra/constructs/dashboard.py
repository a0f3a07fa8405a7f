"""One page to look at: every measure that has an alarm, drawn by its parts."""

from collections.abc import Sequence
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.constructs.alarms import PERIOD, Measure

COLUMNS: Final = 3
WIDTH: Final = 8
HEIGHT: Final = 6
"""CloudWatch's grid is 24 wide."""


class Dashboard:
    """The first three dashboards of an account are free, with 50 metrics each (CloudWatch pricing)."""

    def __init__(self, scope: Construct, *, measures: list[Measure]) -> None:
        stack = cdk.Stack.of(scope)
        widgets = [_widget(place, measure) for place, measure in enumerate(measures)]
        cloudwatch.CfnDashboard(scope, "Dashboard", dashboard_body=stack.to_json_string({"widgets": widgets}))


def _widget(place: int, measure: Measure) -> dict[str, object]:
    row, column = divmod(place, COLUMNS)
    return {
        "type": "metric",
        "x": column * WIDTH,
        "y": row * HEIGHT,
        "width": WIDTH,
        "height": HEIGHT,
        "properties": {
            "title": measure.name,
            "region": cdk.Aws.REGION,
            "period": PERIOD,
            "stat": measure.statistic,
            "metrics": [[measure.namespace, measure.metric, *each] for each in _drawn(measure)],
        },
    }


def _drawn(measure: Measure) -> Sequence[tuple[Any, ...]]:
    return measure.parts or (measure.of or (),)
