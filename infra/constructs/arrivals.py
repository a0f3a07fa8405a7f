"""How a domain's reactions hear of files that people send to its bucket, and of wishes: by S3's word to EventBridge."""

from typing import Any

from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.parameters import Parameters
from infra.domains import Domain, logical, pascal
from infra.policies import rule_name
from resolvers._kit.settings import Bucket


class Arrivals:
    """A rule on the account's own bus a bucket, where AWS's services tell what happens for nothing.

    A notification of the bucket itself would have to name the function, which is made after it, in the other stack.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        domain: Domain,
        function: lambda_.CfnFunction,
        parameters: Parameters,
        dead_letters: sqs.CfnQueue,
    ) -> None:
        for bucket in domain.sent_to:
            lost = events.CfnRule.DeadLetterConfigProperty(arn=dead_letters.attr_arn)
            rule = events.CfnRule(
                scope,
                f"{pascal(domain.name)}{logical(bucket)}Rule",
                name=rule_name(domain.name, bucket.name),
                event_pattern=_pattern(parameters.text(f"{logical(bucket)}Name"), bucket),
                targets=[events.CfnRule.TargetProperty(id="Reactions", arn=function.attr_arn, dead_letter_config=lost)],
            )
            lambda_.CfnPermission(
                scope,
                f"{rule.node.id}Permission",
                action="lambda:InvokeFunction",
                function_name=function.ref,
                principal="events.amazonaws.com",
                source_arn=rule.attr_arn,
            )


def _pattern(name: str, bucket: Bucket) -> dict[str, Any]:
    """Of what is told of all objects, those that people sent, and wishes (S3 guide, "EventBridge event message
    structure").
    """
    prefixes = [{"prefix": one} for one in (bucket.sent_to, bucket.wished_at) if one is not None]
    return {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [name]}, "object": {"key": prefixes}},
    }
