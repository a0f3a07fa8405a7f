"""The S3 buckets: the domains' own, one for what is deployed, one for the access logs of them all."""

from collections.abc import Iterable
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.delivery import Delivery
from infra.domains import Domain, logical
from infra.policies import Statement, document
from resolvers._kit.settings import Bucket

LOG_DAYS: Final = 90
"""Access logs are for looking into an incident, and one is rarely noticed after a quarter."""
SUPERSEDED_DAYS: Final = 90
"""How long an overwritten or deleted object of a versioned bucket can be brought back."""
UPLOAD_DAYS: Final = 7
"""A multipart upload may take seven days (S3 gives signed URLs no longer life); then its parts are waste."""
LOGS: Final = "AccessLogs"
ARTIFACTS: Final = "ArtifactBucket"
PREFLIGHT_SECONDS: Final = 3600
"""How long a browser remembers that it may send."""


class Buckets:
    """Private, encrypted, TLS only, logged; versioned unless the objects are declared to expire or to be forgotten."""

    def __init__(self, scope: Construct, *, domains: Iterable[Domain]) -> None:
        logs = _bucket(scope, Bucket(name=LOGS, expire_days=LOG_DAYS), LOGS)
        delivery = _policy(scope, LOGS, logs, _log_delivery(logs))
        own = {logical(bucket): bucket for domain in domains for bucket in domain.buckets}
        for name, bucket in (own | {ARTIFACTS: Bucket(name=ARTIFACTS)}).items():
            _logged(scope, bucket, name, logs=logs).add_resource_dependency(delivery)


def _logged(scope: Construct, bucket: Bucket, name: str, *, logs: s3.CfnBucket) -> s3.CfnBucket:
    made = _bucket(scope, bucket, name)
    made.logging_configuration = s3.CfnBucket.LoggingConfigurationProperty(
        destination_bucket_name=logs.ref, log_file_prefix=f"{name}/"
    )
    _policy(scope, name, made, *([Delivery(scope, bucket=made, shown=bucket.shown).reading] if bucket.shown else ()))
    cdk.CfnOutput(scope, f"{name}Name", value=made.ref)
    return made


def _bucket(scope: Construct, bucket: Bucket, name: str) -> s3.CfnBucket:
    kept = not (bucket.expire_days or bucket.forget)
    made = s3.CfnBucket(
        scope,
        name,
        public_access_block_configuration=s3.CfnBucket.PublicAccessBlockConfigurationProperty(
            block_public_acls=True, block_public_policy=True, ignore_public_acls=True, restrict_public_buckets=True
        ),
        ownership_controls=s3.CfnBucket.OwnershipControlsProperty(
            rules=[s3.CfnBucket.OwnershipControlsRuleProperty(object_ownership="BucketOwnerEnforced")]
        ),
        bucket_encryption=s3.CfnBucket.BucketEncryptionProperty(
            server_side_encryption_configuration=[
                s3.CfnBucket.ServerSideEncryptionRuleProperty(
                    server_side_encryption_by_default=s3.CfnBucket.ServerSideEncryptionByDefaultProperty(
                        sse_algorithm="AES256"
                    )
                )
            ]
        ),
        versioning_configuration=s3.CfnBucket.VersioningConfigurationProperty(status="Enabled") if kept else None,
        lifecycle_configuration=s3.CfnBucket.LifecycleConfigurationProperty(rules=_rules(bucket, kept=kept)),
        cors_configuration=_from_any_page() if bucket.sent_to is not None else None,
        notification_configuration=_told() if bucket.sent_to is not None else None,
    )
    made.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    return made


def _rules(bucket: Bucket, *, kept: bool) -> list[s3.CfnBucket.RuleProperty]:
    rule = s3.CfnBucket.RuleProperty
    unfinished = s3.CfnBucket.AbortIncompleteMultipartUploadProperty(days_after_initiation=UPLOAD_DAYS)
    superseded = s3.CfnBucket.NoncurrentVersionExpirationProperty(noncurrent_days=SUPERSEDED_DAYS)
    rules = [rule(id="Unfinished", status="Enabled", abort_incomplete_multipart_upload=unfinished)]
    if bucket.expire_days:
        rules.append(rule(id="Expired", status="Enabled", expiration_in_days=bucket.expire_days))
    if kept:
        rules.append(rule(id="Superseded", status="Enabled", noncurrent_version_expiration=superseded))
    return rules


def _from_any_page() -> s3.CfnBucket.CorsConfigurationProperty:
    """A browser may post a form from wherever the shop's front end is: it is the form that lets it in."""
    rule = s3.CfnBucket.CorsRuleProperty(
        allowed_methods=["POST"], allowed_origins=["*"], allowed_headers=["*"], exposed_headers=["ETag"],
        max_age=PREFLIGHT_SECONDS,
    )  # fmt: skip
    return s3.CfnBucket.CorsConfigurationProperty(cors_rules=[rule])


def _told() -> s3.CfnBucket.NotificationConfigurationProperty:
    """EventBridge is told of every object; a rule of SoukApi picks what a function is to hear of."""
    told = s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
    return s3.CfnBucket.NotificationConfigurationProperty(event_bridge_configuration=told)


def _policy(scope: Construct, name: str, bucket: s3.CfnBucket, *more: Statement) -> s3.CfnBucketPolicy:
    tls_only = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket.attr_arn, f"{bucket.attr_arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return s3.CfnBucketPolicy(scope, f"{name}Policy", bucket=bucket.ref, policy_document=document(tls_only, *more))


def _log_delivery(logs: s3.CfnBucket) -> Statement:
    return {
        "Sid": "AccessLogDelivery",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"{logs.attr_arn}/*",
        "Condition": {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
    }
