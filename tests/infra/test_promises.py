"""What the shop promises about its cloud: kept, encrypted, watched, bounded."""

from typing import Any

from infra.export import Template
from schema.api import upload_sdl
from tests.infra.templates import of_type, text


def test_tables_can_be_brought_back_and_cannot_be_lost_by_mistake(data: Template) -> None:
    tables = of_type(data, "AWS::DynamoDB::Table")
    assert tables
    for name, table in tables.items():
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table["SSESpecification"] == {"SSEEnabled": True}
        assert table["DeletionProtectionEnabled"] is True
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert (data["Resources"][name]["DeletionPolicy"], data["Resources"][name]["UpdateReplacePolicy"]) == (
            "Retain",
        ) * 2


def test_everything_with_state_outlives_its_stack(data: Template) -> None:
    kinds = (
        "AWS::Cognito::UserPool", "AWS::Cognito::UserPoolClient", "AWS::DynamoDB::Table", "AWS::Events::Archive",
        "AWS::Events::EventBus", "AWS::S3::Bucket", "AWS::SES::EmailIdentity", "AWS::SecretsManager::Secret",
    )  # fmt: skip
    policies = {made.get("DeletionPolicy") for made in data["Resources"].values() if made["Type"] in kinds}
    assert policies == {"Retain"}


def test_the_api_stack_holds_no_state(api: Template) -> None:
    assert [name for name, made in api["Resources"].items() if made.get("DeletionPolicy") == "Retain"] == []
    assert of_type(api, "AWS::DynamoDB::Table") == of_type(api, "AWS::S3::Bucket") == {}


def test_buckets_are_closed_encrypted_and_logged(data: Template) -> None:
    buckets = of_type(data, "AWS::S3::Bucket")
    guarded = {policy["Bucket"]["Ref"] for policy in of_type(data, "AWS::S3::BucketPolicy").values()}
    assert guarded == set(buckets)
    for name, bucket in buckets.items():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4
        (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
        if name != "AccessLogs":
            assert bucket["LoggingConfiguration"]["DestinationBucketName"] == {"Ref": "AccessLogs"}


def test_functions_run_on_arm_with_python_3_13_and_are_traced(api: Template) -> None:
    functions = of_type(api, "AWS::Lambda::Function")
    assert functions
    for function in functions.values():
        assert function["Runtime"] == "python3.13"
        assert function["Architectures"] == ["arm64"]
        assert function["TracingConfig"] == {"Mode": "Active"}


def test_an_answer_ends_before_appsync_gives_up(api: Template) -> None:
    appsync_seconds = 30  # AWS AppSync quotas: request execution time
    answers = [made for made in of_type(api, "AWS::Lambda::Function").values() if made["Handler"].endswith(".answer")]
    assert all(function["Timeout"] < appsync_seconds for function in answers)


def test_code_comes_from_the_artifact_bucket_under_a_given_key(api: Template) -> None:
    for function in of_type(api, "AWS::Lambda::Function").values():
        assert function["Code"]["S3Bucket"] == {"Ref": "ArtifactBucketName"}
        assert set(function["Code"]["S3Key"]) == {"Ref"}


def test_every_log_group_ends_and_every_function_writes_to_its_own(api: Template) -> None:
    groups = of_type(api, "AWS::Logs::LogGroup")
    assert all(group["RetentionInDays"] == 30 for group in groups.values())
    for function in of_type(api, "AWS::Lambda::Function").values():
        own = groups[function["LoggingConfig"]["LogGroup"]["Ref"]]
        assert own["LogGroupName"] == f"/aws/lambda/{function['FunctionName']}"
    assert {text(group["LogGroupName"]) for group in groups.values()} >= {"/aws/appsync/apis/${Graph.ApiId}"}


def test_a_failing_change_is_isolated_retried_and_set_aside(api: Template) -> None:
    queues = of_type(api, "AWS::SQS::Queue")
    mappings = of_type(api, "AWS::Lambda::EventSourceMapping").values()
    for mapping in (each for each in mappings if "StartingPosition" in each):
        assert mapping["BisectBatchOnFunctionError"] is True
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["MaximumRetryAttempts"] == 10
        assert mapping["MaximumRecordAgeInSeconds"] < 24 * 3600  # a stream forgets after a day
        assert mapping["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0] in queues
    assert all(queue["SqsManagedSseEnabled"] is True for queue in queues.values())


def graph(api: Template) -> dict[str, Any]:
    (found,) = of_type(api, "AWS::AppSync::GraphQLApi").values()
    return found


def test_the_graph_is_closed_unless_a_directive_opens_it(api: Template) -> None:
    assert graph(api)["AuthenticationType"] == "AMAZON_COGNITO_USER_POOLS"
    assert graph(api)["UserPoolConfig"]["DefaultAction"] == "DENY"
    more = [provider["AuthenticationType"] for provider in graph(api)["AdditionalAuthenticationProviders"]]
    assert more == ["API_KEY", "AWS_IAM"]


def test_the_graph_bounds_traces_and_logs_requests_without_their_content(api: Template) -> None:
    assert 0 < graph(api)["QueryDepthLimit"] <= 75
    assert 0 < graph(api)["ResolverCountLimit"] <= 10_000
    assert graph(api)["XrayEnabled"] is True
    assert graph(api)["LogConfig"]["FieldLogLevel"] == "ERROR"
    assert graph(api)["LogConfig"]["ExcludeVerboseContent"] is True


def test_a_firewall_with_a_rate_for_all_but_signed_requests_stands_before_the_graph(api: Template) -> None:
    (acl_name,) = of_type(api, "AWS::WAFv2::WebACL")
    (association,) = of_type(api, "AWS::WAFv2::WebACLAssociation").values()
    assert association["WebACLArn"] == {"Fn::GetAtt": [acl_name, "Arn"]}
    assert association["ResourceArn"] == {"Fn::GetAtt": ["Graph", "Arn"]}
    rules = of_type(api, "AWS::WAFv2::WebACL")[acl_name]["Rules"]
    (rate,) = [rule["Statement"]["RateBasedStatement"] for rule in rules if "RateBasedStatement" in rule["Statement"]]
    spared = rate["ScopeDownStatement"]["NotStatement"]["Statement"]["ByteMatchStatement"]
    assert spared["FieldToMatch"] == {"SingleHeader": {"Name": "authorization"}}
    assert (spared["PositionalConstraint"], spared["SearchString"]) == ("STARTS_WITH", "AWS4-HMAC-SHA256 ")


def test_the_uploaded_schema_is_the_rendition_for_appsync(api: Template) -> None:
    (uploaded,) = of_type(api, "AWS::AppSync::GraphQLSchema").values()
    assert text(uploaded["Definition"]) == upload_sdl().rstrip("\n")


def test_passwords_are_strong_and_never_travel(data: Template) -> None:
    (pool,) = of_type(data, "AWS::Cognito::UserPool").values()
    policy = pool["Policies"]["PasswordPolicy"]
    assert policy["MinimumLength"] >= 12
    assert {policy[f"Require{kind}"] for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols")} == {True}
    (client,) = of_type(data, "AWS::Cognito::UserPoolClient").values()
    assert client["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]
    assert (client["GenerateSecret"], client["EnableTokenRevocation"]) == (False, True)
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["AccessTokenValidity"] == client["IdTokenValidity"] == 15


def test_the_groups_of_the_shop_are_ranked(data: Template) -> None:
    groups = of_type(data, "AWS::Cognito::UserPoolGroup").values()
    ranked = sorted(groups, key=lambda group: int(group["Precedence"]))
    assert [group["GroupName"] for group in ranked] == ["admin", "finance", "staff"]


def test_the_network_has_no_way_out(data: Template) -> None:
    kinds = {made["Type"] for made in data["Resources"].values()}
    assert not {"AWS::EC2::NatGateway", "AWS::EC2::InternetGateway", "AWS::EC2::Route"} & kinds
    doors = of_type(data, "AWS::EC2::VPCEndpoint").values()
    assert {door["VpcEndpointType"] for door in doors} == {"Gateway"}
    assert all(door["PolicyDocument"]["Statement"] for door in doors)


def test_the_cache_is_reached_by_the_functions_alone_and_its_bill_is_bounded(data: Template) -> None:
    (cache,) = of_type(data, "AWS::ElastiCache::ServerlessCache").values()
    assert set(cache["CacheUsageLimits"]) == {"DataStorage", "ECPUPerSecond"}
    (group,) = cache["SecurityGroupIds"]
    ingress = of_type(data, "AWS::EC2::SecurityGroup")[group["Fn::GetAtt"][0]]["SecurityGroupIngress"]
    assert [rule["SourceSecurityGroupId"]["Fn::GetAtt"][0] for rule in ingress] == ["FunctionsGroup"]
