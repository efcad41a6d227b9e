"""Where commands get policy documents from: files, standard input, and the templates and plans that hold some."""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from dockreeve.cli.outcome import NOT_FOUND, USAGE, Stopped
from dockreeve.cli.printed import visible
from dockreeve.cli.respelled import respelled
from dockreeve.cli.template_values import resolved
from dockreeve.policy.document import Document, Kind, Malformed
from dockreeve.policy.parse import parse
from dockreeve.policy.positions import Lines, Node, Shape, Unreadable, read

# How a document in YAML begins whose name doesn't say that it is one: behind comments, a key.
_YAML = re.compile(r"(?:\s|#[^\n]*\n|---[ \t]*\n)*[A-Za-z][A-Za-z0-9]*:(?:\s|$)")
_OF_AWS = "arn:aws:iam::aws:policy/"
MOST = 32 * 1024 * 1024  # bytes of a file; Terraform plans are long


@dataclass(frozen=True, slots=True)
class Source:
    """A policy document and where it was found.

    `whole` is the text that the places in `root` count in: the file's, or the document's own where it stands in a
    string. `root` is None where the text is not JSON. `owner` is the role, user or group of a template that holds it.
    """

    file: str  # as it was given; `-` is standard input
    whole: str
    root: Node | None
    kind: Kind | None = None  # where the file says so
    place: str = ""  # within a template: Resources.Role.Policies.0
    description: str = ""
    owner: str = ""
    yaml: bool = False

    @property
    def name(self) -> str:
        """What to call it in a message."""
        return visible(f"{self.file} ({self.place})" if self.place else self.file)

    @property
    def text(self) -> str:
        """The document alone, as JSON; its lines are those of the file, or of the string in which it stands."""
        if self.root is None or (not self.yaml and self.whole[self.root.start : self.root.end] == self.whole.strip()):
            return self.whole
        return respelled(self.root, self.whole)

    def guessed_kind(self) -> Kind:
        """The kind that the file says, or that the document's own elements tell."""
        return self.kind or _guess(self.root)

    def document(self, kind: Kind | None = None, *, plain: bool = False) -> Document:
        """Parse it for the evaluator. Raise `Stopped` with file, line and column."""
        unknown = _unknown(self.root) if self.root is not None else None
        if unknown is not None:
            line, column = Lines(self.whole).place(unknown.start)
            raise Stopped(
                f"{self.name}:{line}:{column + 1}: this value is only known once the template is deployed",
                "give the finished policy",
                status=USAGE,
            )
        try:
            return parse(self.text, kind or self.guessed_kind(), plain=plain)
        except Malformed as error:
            where = f":{error.line}:{error.column}" if error.line is not None else ""
            raise Stopped(f"{self.name}{where}: {error.detail}", "dockreeve lint says more", status=USAGE) from None


def sources(files: Iterable[str]) -> tuple[Source, ...]:
    """Every policy document of the files, in their order; `-` reads standard input.

    A file is a policy, what `aws iam get-policy-version` and its like print, a CloudFormation template, both in JSON
    or YAML, Terraform's `show -json` of a plan, or the ARN of one of AWS's own policies. Raise `Stopped` where a file
    can't be read, or is a template without policies.
    """
    return tuple(source for file in files for source in _of_file(file))


def _of_file(file: str) -> Sequence[Source]:
    if file.startswith(_OF_AWS):
        return [_of_aws(file)]
    text = _content(file)
    root, is_yaml = _value(file, text)
    if root is None:
        return [Source(file, text, None)]
    kept = _File(file, text, is_yaml)
    if (resources := _member(root, "Resources")) is not None and root.get("Statement") is None:
        found = list(_cloudformation(kept, resources))
    elif (planned := _member(root, "planned_values")) is not None:
        found = list(_terraform(kept, planned))
    else:
        return [_answer(kept, root) or Source(file, text, resolved(root) if is_yaml else root, yaml=is_yaml)]
    if not found:
        raise Stopped(f"there is no policy in {file}", status=NOT_FOUND)
    return found


def _of_aws(arn: str) -> Source:
    """One of AWS's own policies, as shipped with this program. Raise `Stopped`."""
    from dockreeve.policy import aws_managed  # noqa: PLC0415 (few need it)

    text = aws_managed.text(arn)
    if text is None:
        import difflib  # noqa: PLC0415 (for the hint only)

        names = {policy.name: policy.arn for policy in aws_managed.policies().values()}
        near = difflib.get_close_matches(arn.removeprefix(_OF_AWS), names, n=1, cutoff=0.8)
        hint = f"is it {names[near[0]]}?" if near else "give its document: aws iam get-policy-version"
        raise Stopped(f"{arn} is none of the {len(names)} AWS policies known here", hint, status=NOT_FOUND)
    return Source(arn, text, read(text), Kind.IDENTITY)


def _value(file: str, text: str) -> tuple[Node | None, bool]:
    """What the file holds, and whether it is YAML; None where it is neither that nor JSON. Raise `Stopped`."""
    try:
        return read(text), False
    except Unreadable:
        if not (file.endswith((".yaml", ".yml")) or _YAML.match(text)):
            return None, False
    from dockreeve.cli import yaml_nodes  # noqa: PLC0415 (most policies are JSON)

    try:
        return yaml_nodes.read(text), True
    except Unreadable as error:
        line, column = Lines(text).place(error.offset)
        raise Stopped(f"{file}:{line}:{column + 1}: {error.detail}", "as YAML it can't be read", status=USAGE) from None


def _content(file: str) -> str:
    try:
        if file == "-":
            data = sys.stdin.buffer.read(MOST + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(MOST + 1)
        if len(data) > MOST:
            raise Stopped(f"{file} is longer than {MOST} bytes", status=USAGE)
        return data.decode()
    except FileNotFoundError:
        raise Stopped(f"there is no file {file}", status=USAGE) from None
    except UnicodeDecodeError:
        raise Stopped(f"{file} is not UTF-8", status=USAGE) from None
    except OSError as error:
        raise Stopped(f"{file} can't be read: {error.strerror}", status=USAGE) from None


class _File(NamedTuple):
    name: str
    text: str
    yaml: bool

    def source(self, node: Node, kind: Kind | None, place: str, description: str = "", owner: str = "") -> Source:
        """The document at a node: an object, or a string that holds one."""
        node = node if node.shape is Shape.STRING else resolved(node)
        if node.shape is not Shape.STRING:
            return Source(self.name, self.text, node, kind, place, description, owner, self.yaml)
        try:
            return Source(self.name, node.text, read(node.text), kind, place, description, owner)
        except Unreadable:
            return Source(self.name, node.text, None, kind, place, description, owner)


# What the aws CLI prints: the way to the document, and its kind.
_ANSWERS: tuple[tuple[tuple[str, ...], Kind], ...] = (
    (("PolicyVersion", "Document"), Kind.IDENTITY),
    (("PolicyDocument",), Kind.IDENTITY),
    (("Role", "AssumeRolePolicyDocument"), Kind.TRUST),
)


def _answer(file: _File, root: Node) -> Source | None:
    for way, kind in _ANSWERS:
        node: Node | None = root
        for name in way:
            node = node.get(name) if node is not None else None
        if node is not None and root.get("Statement") is None:
            return file.source(node, kind, ".".join(way))
    return None


class _Holder(NamedTuple):
    """An element of a resource that holds a document."""

    way: tuple[str, ...]  # `*` goes through a list
    kind: Kind | None  # None: an organization's policy, whose own type tells
    owner: tuple[str, ...] = ()  # the element that names the owner; () is the resource itself


_IDENTITY = (_Holder(("PolicyDocument",), Kind.IDENTITY),)
_INLINE = _Holder(("Policies", "*", "PolicyDocument"), Kind.IDENTITY)
_CLOUDFORMATION: dict[str, tuple[_Holder, ...]] = {
    "AWS::IAM::ManagedPolicy": _IDENTITY,
    "AWS::IAM::Policy": _IDENTITY,
    "AWS::IAM::RolePolicy": (_Holder(("PolicyDocument",), Kind.IDENTITY, ("RoleName",)),),
    "AWS::IAM::UserPolicy": (_Holder(("PolicyDocument",), Kind.IDENTITY, ("UserName",)),),
    "AWS::IAM::GroupPolicy": (_Holder(("PolicyDocument",), Kind.IDENTITY, ("GroupName",)),),
    "AWS::IAM::Role": (_Holder(("AssumeRolePolicyDocument",), Kind.TRUST), _INLINE),
    "AWS::IAM::User": (_INLINE,),
    "AWS::IAM::Group": (_INLINE,),
    "AWS::ECR::Repository": (_Holder(("RepositoryPolicyText",), Kind.REPOSITORY),),
    "AWS::ECR::RepositoryCreationTemplate": (_Holder(("RepositoryPolicy",), Kind.REPOSITORY),),
    "AWS::ECR::RegistryPolicy": (_Holder(("PolicyText",), Kind.REGISTRY),),
    "AWS::EC2::VPCEndpoint": (_Holder(("PolicyDocument",), Kind.ENDPOINT),),
    "AWS::Organizations::Policy": (_Holder(("Content",), None),),
}
_TERRAFORM: dict[str, tuple[_Holder, ...]] = {
    "aws_iam_policy": (_Holder(("policy",), Kind.IDENTITY),),
    "aws_iam_role_policy": (_Holder(("policy",), Kind.IDENTITY, ("role",)),),
    "aws_iam_user_policy": (_Holder(("policy",), Kind.IDENTITY, ("user",)),),
    "aws_iam_group_policy": (_Holder(("policy",), Kind.IDENTITY, ("group",)),),
    "aws_iam_role": (
        _Holder(("assume_role_policy",), Kind.TRUST),
        _Holder(("inline_policy", "*", "policy"), Kind.IDENTITY),
    ),
    "aws_ecr_repository_policy": (_Holder(("policy",), Kind.REPOSITORY),),
    "aws_ecr_registry_policy": (_Holder(("policy",), Kind.REGISTRY),),
    "aws_vpc_endpoint": (_Holder(("policy",), Kind.ENDPOINT),),
    "aws_vpc_endpoint_policy": (_Holder(("policy",), Kind.ENDPOINT),),
    "aws_organizations_policy": (_Holder(("content",), None),),
}


def _cloudformation(file: _File, resources: Node) -> Iterator[Source]:
    for key, resource in resources.members:
        properties = resource.get("Properties")
        if properties is not None:
            holders = _CLOUDFORMATION.get(_string(resource.get("Type")), ())
            yield from _held(file, holders, properties, f"Resources.{key.text}.Properties", key.text)


def _terraform(file: _File, planned: Node) -> Iterator[Source]:
    modules = [node for node in [planned.get("root_module")] if node is not None]
    while modules:
        module = modules.pop()
        modules += (module.get("child_modules") or _NONE).items
        for resource in (module.get("resources") or _NONE).items:
            values, address = resource.get("values"), _string(resource.get("address"))
            if values is not None:
                holders = _TERRAFORM.get(_string(resource.get("type")), ())
                yield from _held(file, holders, values, address, _string(values.get("name")) or address)


_NONE = Node(Shape.ARRAY, 0, 0)


def _held(file: _File, holders: tuple[_Holder, ...], element: Node, place: str, itself: str) -> Iterator[Source]:
    description = _string(element.get("Description") or element.get("description"))
    for holder in holders:
        owner = _string(element.get(holder.owner[0])) if holder.owner else itself
        kind = holder.kind or _organization_kind(_string(element.get("Type") or element.get("type")))
        for node, steps in _along(element, holder.way, ()):
            if node.shape is not Shape.NULL and not (node.shape is Shape.STRING and not node.text):
                yield file.source(node, kind, ".".join((place, *steps)), description, owner)


def _along(node: Node, way: tuple[str, ...], steps: tuple[str, ...]) -> Iterator[tuple[Node, tuple[str, ...]]]:
    if not way:
        yield node, steps
    elif way[0] == "*":
        for index, item in enumerate(node.items):
            yield from _along(item, way[1:], (*steps, str(index)))
    elif (found := node.get(way[0])) is not None:
        yield from _along(found, way[1:], (*steps, way[0]))


def _organization_kind(name: str) -> Kind:
    return Kind.RCP if name == "RESOURCE_CONTROL_POLICY" else Kind.SCP


def _guess(root: Node | None) -> Kind:
    written = root.get("Statement") if root is not None else None
    statements = () if written is None else written.items or (written,)
    if not _any(statements, "Principal", "NotPrincipal"):
        return Kind.IDENTITY
    if _any(statements, "Resource", "NotResource"):
        return Kind.REGISTRY
    actions = (node for one in statements if (node := one.get("Action")) is not None)
    names = [name.text.lower() for action in actions for name in (action.items or (action,))]
    return Kind.TRUST if names and all(name.startswith("sts:") for name in names) else Kind.REPOSITORY


def _any(statements: Sequence[Node], *names: str) -> bool:
    return any(one.get(name) is not None for one in statements for name in names)


def _member(root: Node, name: str) -> Node | None:
    found = root.get(name)
    return found if found is not None and found.shape is Shape.OBJECT else None


def _string(node: Node | None) -> str:
    """A string, or the name in a reference to another resource."""
    if node is None:
        return ""
    return node.text if node.shape is Shape.STRING else _string(node.get("Ref"))


def _unknown(node: Node) -> Node | None:
    if node.shape is Shape.UNKNOWN:
        return node
    inside = (*node.items, *(value for _, value in node.members))
    return next((found for one in inside if (found := _unknown(one)) is not None), None)
