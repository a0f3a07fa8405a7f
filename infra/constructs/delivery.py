"""The address at which everybody reads what a bucket shows: CloudFront, which alone may read it there."""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.policies import Statement

CACHED: Final = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""As long as the objects themselves say, by their path alone (CloudFront guide, managed cache policy CachingOptimized).
"""
FROM_ANY_PAGE: Final = "e61eb60c-9c35-4d20-a928-2b84e02af89c"
"""Pages of any address may read pixels, and nothing is taken for what its type does not say (managed response headers
policy CORS-and-SecurityHeadersPolicy)."""
NEAR: Final = "PriceClass_100"
"""Edges of North America and Europe; a shop that sells elsewhere pays more for more (CloudFront pricing)."""


class Delivery:
    """Costs nothing while nobody looks. Of the bucket, which stays private, it can read what is shown and nothing else;
    it cannot list.
    """

    def __init__(self, scope: Construct, *, bucket: s3.CfnBucket, shown: str) -> None:
        self._bucket = bucket
        self._shown = shown
        access = cloudfront.CfnOriginAccessControl(
            scope,
            "DeliveryAccess",
            origin_access_control_config=cloudfront.CfnOriginAccessControl.OriginAccessControlConfigProperty(
                name="souk-delivery", origin_access_control_origin_type="s3", signing_behavior="always",
                signing_protocol="sigv4",
            ),
        )  # fmt: skip
        self._distribution = _distribution(scope, bucket, access)
        cdk.CfnOutput(scope, "MediaUrl", value=f"https://{self._distribution.attr_domain_name}")

    @property
    def reading(self) -> Statement:
        """What the bucket has to allow (S3 and CloudFront guides, "origin access control")."""
        distribution = f"arn:${{AWS::Partition}}:cloudfront::${{AWS::AccountId}}:distribution/${{{self._name}}}"
        return {
            "Sid": "Delivery",
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": f"{self._bucket.attr_arn}/{self._shown}*",
            "Condition": {"StringEquals": {"aws:SourceArn": {"Fn::Sub": distribution}}},
        }

    @property
    def _name(self) -> str:
        return self._distribution.node.id


def _distribution(
    scope: Construct, bucket: s3.CfnBucket, access: cloudfront.CfnOriginAccessControl
) -> cloudfront.CfnDistribution:
    kinds = cloudfront.CfnDistribution
    origin = kinds.OriginProperty(
        id="Bucket",
        domain_name=bucket.attr_regional_domain_name,
        origin_access_control_id=access.attr_id,
        s3_origin_config=kinds.S3OriginConfigProperty(origin_access_identity=""),
    )
    behaviour = kinds.DefaultCacheBehaviorProperty(
        target_origin_id=origin.id,
        viewer_protocol_policy="redirect-to-https",
        allowed_methods=["GET", "HEAD", "OPTIONS"],
        cached_methods=["GET", "HEAD"],
        cache_policy_id=CACHED,
        response_headers_policy_id=FROM_ANY_PAGE,
        compress=False,  # pictures and films are packed already
    )
    config = kinds.DistributionConfigProperty(
        comment="Souk: what the shop shows",
        enabled=True,
        http_version="http2and3",
        ipv6_enabled=True,
        price_class=NEAR,
        origins=[origin],
        default_cache_behavior=behaviour,
    )
    return cloudfront.CfnDistribution(scope, "Delivery", distribution_config=config)
