"""The address that the shop writes letters under, which SES asks its owner to confirm."""

import aws_cdk as cdk
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.constructs.parameters import Parameters


class Mail:
    """Kept when the stack goes, so that it need not be confirmed anew."""

    def __init__(self, scope: Construct, *, parameters: Parameters) -> None:
        sender = parameters.text("MailFrom")
        identity = ses.CfnEmailIdentity(scope, "MailIdentity", email_identity=sender)
        identity.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        cdk.CfnOutput(scope, "MailSender", value=sender)
