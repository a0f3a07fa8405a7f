"""A domain's two functions, made of one zip: one answers fields, one reacts to what happened."""

from collections.abc import Mapping
from typing import Final

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.parameters import Parameters
from infra.domains import Domain, function_name, logical, pascal
from infra.policies import Statement, document, of_resources, of_running, trust
from resolvers._kit.settings import Cache, Constant, Resource

LOG_DAYS: Final = 30
"""Long enough to look into last month's complaint; logs hold no personal data, but cost by the day."""
MEMORY: Final = 1024
"""MB. A function's share of a processor grows with its memory (a whole one at 1,769 MB): cold starts are mostly
processor time, and at rest memory costs nothing."""
ANSWER_SECONDS: Final = 29
"""One less than AppSync waits, so that a slow answer ends as a logged fault of ours."""
REACTION_SECONDS: Final = 60
"""For a batch of up to a hundred changes."""


class Functions:
    """No function reserves concurrency: a new account may have too little to reserve any, and AppSync already bounds
    what reaches them.
    """

    def __init__(self, scope: Construct, *, domain: Domain, parameters: Parameters) -> None:
        self.domain = domain
        self.parameters = parameters
        self._scope = scope
        self.answers = self._function(reactions=False, timeout=ANSWER_SECONDS, grants=[])

    def reacting(self, grants: list[Statement]) -> lambda_.CfnFunction:
        """The reactions function, which may also do what its sources ask for."""
        return self._function(reactions=True, timeout=REACTION_SECONDS, grants=grants)

    def _function(self, *, reactions: bool, timeout: int, grants: list[Statement]) -> lambda_.CfnFunction:
        name = function_name(self.domain.name, reactions=reactions)
        own = f"{pascal(self.domain.name)}{'Reactions' if reactions else ''}Function"
        group = logs.CfnLogGroup(
            self._scope, f"{own}Logs", log_group_name=f"/aws/lambda/{name}", retention_in_days=LOG_DAYS
        )
        statements = [*of_running(name, networked=self.domain.cached), *of_resources(self.domain), *grants]
        policy = iam.CfnRole.PolicyProperty(policy_name="Needs", policy_document=document(*statements))
        role = iam.CfnRole(self._scope, f"{own}Role", assume_role_policy_document=trust("lambda"), policies=[policy])
        return lambda_.CfnFunction(
            self._scope,
            own,
            function_name=name,
            runtime="python3.13",
            architectures=["arm64"],
            handler=f"resolvers.{self.domain.name}.handler.{'react' if reactions else 'answer'}",
            code=self._code(),
            role=role.attr_arn,
            memory_size=MEMORY,
            timeout=timeout,
            environment=lambda_.CfnFunction.EnvironmentProperty(variables=self._variables()),
            tracing_config=lambda_.CfnFunction.TracingConfigProperty(mode="Active"),
            logging_config=lambda_.CfnFunction.LoggingConfigProperty(log_group=group.ref),
            vpc_config=self._network() if self.domain.cached else None,
        )

    def _code(self) -> lambda_.CfnFunction.CodeProperty:
        return lambda_.CfnFunction.CodeProperty(
            s3_bucket=self.parameters.text("ArtifactBucketName"),
            s3_key=self.parameters.text(f"{pascal(self.domain.name)}ZipKey"),
        )

    def _network(self) -> lambda_.CfnFunction.VpcConfigProperty:
        return lambda_.CfnFunction.VpcConfigProperty(
            subnet_ids=self.parameters.texts("FunctionSubnetIds"),
            security_group_ids=[self.parameters.text("FunctionSecurityGroupId")],
        )

    def _variables(self) -> Mapping[str, str]:
        return {name: self._value(resource) for name, resource in self.domain.resources.items()}

    def _value(self, resource: Resource) -> str:
        match resource:
            case Constant(value=value):
                return value
            case Cache():
                return self.parameters.text("CacheUrl")
            case _:
                return self.parameters.text(f"{logical(resource)}Name")
