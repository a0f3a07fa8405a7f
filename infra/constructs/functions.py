"""A domain's functions, made of one zip: one answers fields, others react, tell the graph, or receive webhooks."""

from collections.abc import Mapping, Sequence
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.graph import Graph
from infra.constructs.parameters import Parameters
from infra.domains import Domain, Work, cached, function_name, logical, pascal, told_as
from infra.policies import Statement, document, of_resources, of_running, trust
from resolvers._kit import settings
from resolvers._kit.settings import (
    Bucket,
    Bus,
    Cache,
    Constant,
    Delivery,
    Inbox,
    Machine,
    Mail,
    Resource,
    Schedule,
    Secret,
    Subscription,
    Table,
    Triggers,
    Users,
)

LOG_DAYS: Final = 30
"""Long enough to look into last month's complaint; logs hold no personal data, but cost by the day."""
MEMORY: Final = 1024
"""MB. A function's share of a processor grows with its memory (a whole one at 1,769 MB): cold starts are mostly
processor time, and at rest memory costs nothing."""
SECONDS: Final[Mapping[Work, int]] = {
    Work.ANSWERS: 29,
    Work.REACTIONS: 60,
    Work.PUBLICATIONS: 60,
    Work.RECEIPTS: 10,
    Work.TRIGGERS: 5,
}
"""How long each may run. An answer has a second less than AppSync waits, so that a slow one ends as a logged fault of
ours; what hears of changes has a minute for a batch of up to a hundred; a webhook is verified and put on a queue, and
its sender gives up after some twenty seconds; Cognito waits for a trigger for five."""
HANDLERS: Final[Mapping[Work, str]] = {
    Work.ANSWERS: "handler.answer",
    Work.REACTIONS: "handler.react",
    Work.PUBLICATIONS: "publisher.publish",
    Work.RECEIPTS: "webhooks.receive",
    Work.TRIGGERS: "triggers.answer",
}


def handler(domain: Domain, work: Work) -> str:
    """Reactions with settings of their own have a module of their own, which reads them."""
    return "reactor.react" if work is Work.REACTIONS and domain.reacting else HANDLERS[work]


class Functions:
    """No function reserves concurrency: a new account may have too little to reserve any, and AppSync already bounds
    what reaches them.
    """

    def __init__(
        self, scope: Construct, *, domain: Domain, parameters: Parameters, graph: Graph, publishes: Sequence[str]
    ) -> None:
        self.domain = domain
        self.parameters = parameters
        self._scope = scope
        self._graph = graph
        self._publishes = publishes
        self.answers = self.made(Work.ANSWERS)

    def made(self, work: Work, grants: Sequence[Statement] = ()) -> lambda_.CfnFunction:
        """The function that does the work; ``grants`` is what its sources ask for beside what it declares."""
        name = function_name(self.domain.name, work)
        own = f"{pascal(self.domain.name)}{pascal(work.value)}Function"
        resources = self.domain.of(work)
        networked = cached(resources)
        machine = next((found for found in resources.values() if isinstance(found, Machine)), None)
        group = logs.CfnLogGroup(
            self._scope, f"{own}Logs", log_group_name=f"/aws/lambda/{name}", retention_in_days=LOG_DAYS
        )
        needs = of_resources(resources.values(), self._publishes)
        statements = [*of_running(name, networked=networked), *needs, *grants]
        policy = iam.CfnRole.PolicyProperty(policy_name="Needs", policy_document=document(*statements))
        role = iam.CfnRole(self._scope, f"{own}Role", assume_role_policy_document=trust("lambda"), policies=[policy])
        return lambda_.CfnFunction(
            self._scope,
            own,
            function_name=name,
            runtime="python3.13",
            architectures=["arm64"],
            handler=f"resolvers.{self.domain.name}.{handler(self.domain, work)}",
            code=self._code(),
            role=role.attr_arn,
            memory_size=machine.memory if machine else MEMORY,
            timeout=machine.seconds if machine else SECONDS[work],
            environment=lambda_.CfnFunction.EnvironmentProperty(variables=self._variables(resources)),
            tracing_config=lambda_.CfnFunction.TracingConfigProperty(mode="Active"),
            logging_config=lambda_.CfnFunction.LoggingConfigProperty(log_group=group.ref),
            vpc_config=self._network() if networked else None,
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

    def _variables(self, resources: Mapping[str, Resource]) -> Mapping[str, str]:
        return {name: self._value(resource) for name, resource in resources.items()}

    def _value(self, resource: Resource) -> str:
        match resource:
            case Constant(value=value):
                return value
            case Schedule(rate=plain) | Machine(size=plain):
                return plain
            case settings.Graph():
                return self._graph.api.attr_graph_ql_url
            case Inbox():
                return cdk.Fn.ref(logical(resource))
            case Subscription():
                return cdk.Fn.get_att(logical(resource), "Arn").to_string()
        return self.parameters.text(_output(resource))


_THE_ONE: Final[Mapping[type[Resource], str]] = {
    Cache: "CacheUrl", Bus: "BusName", Mail: "MailSender", Users: "UserPoolId", Triggers: "UserPoolId",
    Delivery: "MediaUrl",
}  # fmt: skip
"""Outputs of SoukData that tell of what the shop has one of."""


def _output(resource: Resource) -> str:
    """The output of SoukData that tells of it."""
    if known := _THE_ONE.get(type(resource)):
        return known
    match resource:
        case Secret():
            return told_as(resource)
        case Table() | Bucket():
            return f"{logical(resource)}Name"
    raise TypeError(f"SoukData tells of no {type(resource).__name__}")
