"""Reading CloudFormation templates by meaning."""

from collections.abc import Iterator
from typing import Any

from infra.export import Template


def of_type(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    """Logical id to properties of every resource of the type."""
    return {name: made.get("Properties", {}) for name, made in template["Resources"].items() if made["Type"] == kind}


def documents(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every policy document of the template, with the id of the resource that holds it."""
    for name, made in template["Resources"].items():
        for document in _within(made.get("Properties", {})):
            yield name, document


def _within(value: Any) -> Iterator[dict[str, Any]]:
    match value:
        case {"Statement": list(), "Version": str()}:
            yield value
        case dict():
            for inner in value.values():
                yield from _within(inner)
        case list():
            for inner in value:
                yield from _within(inner)


def statements(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, document in documents(template):
        for statement in document["Statement"]:
            yield name, statement


def of_role(template: Template, role: str) -> list[dict[str, Any]]:
    """What a role may do."""
    policies = template["Resources"][role]["Properties"]["Policies"]
    return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def listed(value: Any) -> list[Any]:
    """AWS lets a list of one stand as itself."""
    return value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    """The text of a value that may be an intrinsic function."""
    match value:
        case str():
            return value
        case {"Fn::Sub": str(pattern)}:
            return pattern
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"${{{name}.{attribute}}}"
        case {"Ref": str(name)}:
            return f"${{{name}}}"
        case {"Fn::Join": [str(between), list(parts)]}:
            return between.join(map(text, parts))
    raise AssertionError(f"not a text: {value}")
