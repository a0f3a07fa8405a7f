"""What a template must be told from outside; said once, however many resources ask."""

import aws_cdk as cdk
from constructs import Construct


class Parameters:
    """Made when first asked for. SoukData's outputs of the same names fill them, the deployment adds the rest."""

    def __init__(self, scope: Construct) -> None:
        self._scope = scope
        self._made: dict[str, cdk.CfnParameter] = {}

    def text(self, name: str) -> str:
        return self._parameter(name, "String").value_as_string

    def texts(self, name: str) -> list[str]:
        """Given as one string, comma separated."""
        return self._parameter(name, "CommaDelimitedList").value_as_list

    def number(self, name: str, description: str) -> cdk.CfnParameter:
        return self._parameter(name, "Number", description)

    def _parameter(self, name: str, kind: str, description: str | None = None) -> cdk.CfnParameter:
        if name not in self._made:
            self._made[name] = cdk.CfnParameter(self._scope, name, type=kind, description=description)
        return self._made[name]
