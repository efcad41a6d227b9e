"""The names of the checks, as IAM Toolbox's GetRequestAuthorizationDetails has them; a role's trust is our own."""

from dockreeve.policy.explain.explanation import CheckType
from dockreeve.policy.held import Layer

TYPES: dict[Layer, CheckType] = {
    Layer.SCP: "SERVICE_CONTROL_POLICY",
    Layer.RCP: "RESOURCE_CONTROL_POLICY",
    Layer.ENDPOINT: "VPC_ENDPOINT",
    Layer.BOUNDARY: "PERMISSIONS_BOUNDARY",
    Layer.SESSION: "SESSION",
    Layer.RESOURCE: "RESOURCE",
    Layer.IDENTITY: "PRINCIPAL",
    Layer.TRUST: "ROLE_TRUST",
}
