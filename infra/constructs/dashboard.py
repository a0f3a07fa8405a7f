"""Pages to look at: every measure that has an alarm, drawn by its parts."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.constructs.alarms import PERIOD, Measure

COLUMNS: Final = 3
WIDTH: Final = 8
HEIGHT: Final = 6
"""CloudWatch's grid is 24 wide."""


MOST_METRICS: Final = 50
"""Of a dashboard; the first three of an account are free then (CloudWatch pricing)."""


class Dashboards:
    """As many as the measures take, each drawn whole on one."""

    def __init__(self, scope: Construct, *, measures: list[Measure]) -> None:
        stack = cdk.Stack.of(scope)
        for number, page in enumerate(_pages(measures), 1):
            widgets = [_widget(place, measure) for place, measure in enumerate(page)]
            name = "Dashboard" if number == 1 else f"Dashboard{number}"
            cloudwatch.CfnDashboard(scope, name, dashboard_body=stack.to_json_string({"widgets": widgets}))


def _pages(measures: Iterable[Measure]) -> list[list[Measure]]:
    pages: list[list[Measure]] = [[]]
    for measure in measures:
        if sum(len(_drawn(one)) for one in (*pages[-1], measure)) > MOST_METRICS and pages[-1]:
            pages.append([])
        pages[-1].append(measure)
    return pages


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
