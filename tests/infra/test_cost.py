"""What the shop costs at rest is known, and stays what was decided."""

import pytest

from infra.cost import lines
from infra.export import Template


def test_everything_deployed_has_a_price_and_the_month_stays_within_its_budget(data: Template, api: Template) -> None:
    budget = 15.0  # dollars: docs/decisions/0006-cloud.md
    found = {line.kind: line for line in lines([data, api])}
    assert sum(line.due for line in found.values()) <= budget
    assert found["AWS::ElastiCache::ServerlessCache"].due == pytest.approx(6.13, abs=0.01)
    assert found["AWS::WAFv2::WebACL"].due == pytest.approx(7)


def test_a_resource_without_a_price_is_named() -> None:
    with pytest.raises(ValueError, match="AWS::EC2::NatGateway has no price"):
        lines([{"Resources": {"Leak": {"Type": "AWS::EC2::NatGateway"}}}])


def test_what_is_always_free_is_taken_off_once() -> None:
    alarms = {f"Alarm{number}": {"Type": "AWS::CloudWatch::Alarm"} for number in range(12)}
    (line,) = lines([{"Resources": alarms}])
    assert line.count == 12
    assert [line.listed, line.due] == pytest.approx([1.2, 0.2])
