"""The web firewall before the graph: who asks too often, or is known to be bad, is turned away."""

from typing import Final

from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from infra.constructs.graph import Graph

WINDOW_SECONDS: Final = 300
REQUESTS: Final = 3_000
"""Of one address in five minutes, ten a second: an office of shoppers behind one address stays below, a scraper or a
guesser of passwords does not."""


class Firewall:
    """Two rules, since each costs a dollar a month: a rate by address, and Amazon's list of addresses of ill repute."""

    def __init__(self, scope: Construct, *, graph: Graph) -> None:
        acl = waf.CfnWebACL(
            scope,
            "Firewall",
            scope="REGIONAL",
            default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_visible("Firewall"),
            rules=[_rate(), _reputation()],
        )
        waf.CfnWebACLAssociation(
            scope, "FirewallAssociation", resource_arn=graph.api.attr_arn, web_acl_arn=acl.attr_arn
        )


def _rate() -> waf.CfnWebACL.RuleProperty:
    limit = waf.CfnWebACL.RateBasedStatementProperty(
        aggregate_key_type="IP", evaluation_window_sec=WINDOW_SECONDS, limit=REQUESTS, scope_down_statement=_unsigned()
    )
    return waf.CfnWebACL.RuleProperty(
        name="RateByAddress",
        priority=1,
        action=waf.CfnWebACL.RuleActionProperty(block={}),
        statement=waf.CfnWebACL.StatementProperty(rate_based_statement=limit),
        visibility_config=_visible("RateByAddress"),
    )


def _unsigned() -> waf.CfnWebACL.StatementProperty:
    """All but requests that claim to be signed, as a publisher's are: hundreds a second of one address.

    Who only claims it gains nothing: AppSync takes a signature for nothing else, and turns a wrong one away.
    """
    signed = waf.CfnWebACL.ByteMatchStatementProperty(
        field_to_match=waf.CfnWebACL.FieldToMatchProperty(single_header={"Name": "authorization"}),
        positional_constraint="STARTS_WITH",
        search_string="AWS4-HMAC-SHA256 ",
        text_transformations=[waf.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")],
    )
    claim = waf.CfnWebACL.StatementProperty(byte_match_statement=signed)
    return waf.CfnWebACL.StatementProperty(not_statement=waf.CfnWebACL.NotStatementProperty(statement=claim))


def _reputation() -> waf.CfnWebACL.RuleProperty:
    listed = waf.CfnWebACL.ManagedRuleGroupStatementProperty(
        vendor_name="AWS", name="AWSManagedRulesAmazonIpReputationList"
    )
    return waf.CfnWebACL.RuleProperty(
        name="IllRepute",
        priority=2,
        override_action=waf.CfnWebACL.OverrideActionProperty(none={}),
        statement=waf.CfnWebACL.StatementProperty(managed_rule_group_statement=listed),
        visibility_config=_visible("IllRepute"),
    )


def _visible(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=f"Souk{name}", sampled_requests_enabled=True
    )
