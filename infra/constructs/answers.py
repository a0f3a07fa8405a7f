"""What joins the graph to the functions: one data source a domain, one resolver a route."""

from collections.abc import Mapping

from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.graph import Graph
from infra.domains import pascal
from infra.policies import allow, document, trust
from schema.route import Route


class Answers:
    """Direct Lambda resolvers: the function gets AppSync's whole context, and no template stands between."""

    def __init__(
        self,
        scope: Construct,
        *,
        graph: Graph,
        routes: Mapping[str, Route],
        functions: Mapping[str, lambda_.CfnFunction],
    ) -> None:
        sources = {name: _source(scope, graph, name, function) for name, function in functions.items()}
        for field, route in routes.items():
            _resolver(scope, graph, field, route, sources[route.domain])


def _source(scope: Construct, graph: Graph, domain: str, function: lambda_.CfnFunction) -> appsync.CfnDataSource:
    invoke = document(allow("lambda", ("InvokeFunction",), function.attr_arn))
    role = iam.CfnRole(
        scope,
        f"{pascal(domain)}InvokeRole",
        assume_role_policy_document=trust("appsync"),
        policies=[iam.CfnRole.PolicyProperty(policy_name="Invoke", policy_document=invoke)],
    )
    return appsync.CfnDataSource(
        scope,
        f"{pascal(domain)}Source",
        api_id=graph.api.attr_api_id,
        name=domain,
        type="AWS_LAMBDA",
        lambda_config=appsync.CfnDataSource.LambdaConfigProperty(lambda_function_arn=function.attr_arn),
        service_role_arn=role.attr_arn,
    )


def _resolver(scope: Construct, graph: Graph, field: str, route: Route, source: appsync.CfnDataSource) -> None:
    type_name, field_name = field.split(".")
    resolver = appsync.CfnResolver(
        scope,
        f"{type_name}{pascal(field_name)}Resolver",
        api_id=graph.api.attr_api_id,
        type_name=type_name,
        field_name=field_name,
        kind="UNIT",
        data_source_name=source.attr_name,
        max_batch_size=route.batch or None,
    )
    resolver.add_resource_dependency(graph.schema)
