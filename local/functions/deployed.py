"""The functions deployed on the embedded AWS, as a worker needs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.aws import ACCESS_KEY, QUICK, REGION, SECRET_KEY, session
from local.rewrite import HANDLER_VARIABLE

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import FunctionConfigurationTypeDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """A function of ours; ``timeout`` in seconds, ``memory`` in MB, ``environment`` complete as Lambda sets it."""

    name: str
    arn: str
    handler: str
    timeout: float
    memory: int
    environment: Mapping[str, str]

    def described(self) -> dict[str, Any]:
        """What a worker is told."""
        return {
            "name": self.name,
            "arn": self.arn,
            "handler": self.handler,
            "memory": self.memory,
            "environment": dict(self.environment),
        }


def read(endpoint: str, addresses: Mapping[str, str]) -> tuple[Deployed, ...]:
    """Every deployed function whose code was replaced by the stub, in the order of their names.

    ``addresses``: for each host that stands for a part in the template, the URL of that part.
    """
    client = session().client("lambda", endpoint_url=endpoint, config=QUICK)
    pages = client.get_paginator("list_functions").paginate()
    found = [_function(facts, endpoint, addresses) for page in pages for facts in page["Functions"]]
    return tuple(sorted((function for function in found if function), key=lambda function: function.name))


def _function(facts: "FunctionConfigurationTypeDef", endpoint: str, addresses: Mapping[str, str]) -> Deployed | None:
    variables = dict(facts.get("Environment", {}).get("Variables", {}))
    handler = variables.pop(HANDLER_VARIABLE, None)
    if handler is None:
        return None
    name, memory = facts["FunctionName"], facts["MemorySize"]
    settled = {key: _settled(value, addresses) for key, value in variables.items()}
    return Deployed(
        name=name,
        arn=facts["FunctionArn"],
        handler=handler,
        timeout=float(facts["Timeout"]),
        memory=memory,
        environment=_runtime(name, handler, memory, endpoint) | settled,
    )


def _settled(value: str, addresses: Mapping[str, str]) -> str:
    return next((url for host, url in addresses.items() if host in value), value)


def _runtime(name: str, handler: str, memory: int, endpoint: str) -> dict[str, str]:
    """The variables that Lambda sets itself (AWS Lambda guide, "Defined runtime environment variables").

    ``AWS_ENDPOINT_URL`` points SDKs at the embedded AWS; there is no X-Ray daemon to send traces to.
    """
    return {
        "_HANDLER": handler,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "laptop",
        "AWS_XRAY_SDK_ENABLED": "false",
        "POWERTOOLS_TRACE_DISABLED": "true",
        "TZ": ":UTC",
    }
