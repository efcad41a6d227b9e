"""The tables, once for every database. Times are microseconds since 1970 UTC, digests are bytes, maps are JSON text.

Read by `storage.statements` (which turns queries into text) and by the migrations; never at run time, so the server
starts without SQLAlchemy. INVARIANT: a change here comes with a migration and a new `head.HEAD`; a test compares.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# STRICT tables of SQLite know INTEGER, TEXT and BLOB only; PostgreSQL must compare text by bytes as SQLite does.
Whole = BigInteger().with_variant(Integer(), "sqlite")
Words = Text().with_variant(Text(collation="C"), "postgresql")
Bytes = LargeBinary()


def _table(name: str, *parts: SchemaItem, rowid: bool = True) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True, sqlite_with_rowid=rowid)


def _words(name: str, *rules: SchemaItem, null: bool = False) -> Column[str]:
    return Column(name, Words, *rules, nullable=null)


def _whole(name: str, *rules: SchemaItem, null: bool = False) -> Column[int]:
    return Column(name, Whole, *rules, nullable=null)


def _digest(name: str, *rules: SchemaItem, null: bool = False) -> Column[bytes]:
    return Column(name, Bytes, *rules, nullable=null)


def _to(column: str) -> ForeignKey:
    # RESTRICT is the guard that stands even where a statement is wrong: nothing goes while it is named.
    return ForeignKey(column, ondelete="RESTRICT")


def _to_all(columns: list[str], table: str, names: list[str]) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(columns, [f"{table}.{name}" for name in names], ondelete="RESTRICT")


def _where_present(column: str, *columns: str) -> Index:
    """An index of the rows that have something in `column`."""
    present = text(f"{column} IS NOT NULL")
    return Index(None, *columns, sqlite_where=present, postgresql_where=present)


def _key(*columns: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint(*columns)


# -- identity ----------------------------------------------------------------------------------------------------------

account = _table("account", _words("id"), _whole("created"), _key("id"), rowid=False)

account_version = _table("account_version", _words("account"), _whole("version"), _key("account"), rowid=False)

principal = _table(
    "principal",
    _words("unique_id"),
    _words("account"),
    _words("kind"),
    _words("name"),
    _words("name_key"),  # lower-cased: names are unique regardless of case
    _words("path"),
    _whole("created"),
    _words("tags"),
    _words("boundary", null=True),
    _words("description"),
    _words("trust"),
    _words("trusted_ids"),
    _whole("max_session"),
    _whole("sessions_valid_after", null=True),
    _whole("last_used", null=True),
    _words("last_used_region"),
    _whole("revision"),
    _key("unique_id"),
    UniqueConstraint("account", "kind", "name_key"),
    Index(None, "boundary"),
)

policy = _table(
    "policy",
    _words("unique_id"),
    _words("arn"),
    _words("account"),
    _words("name"),
    _words("name_key"),
    _words("path"),
    _whole("created"),
    _whole("updated"),
    _words("description"),
    _words("tags"),
    _whole("default_number"),
    _whole("last_number"),  # numbers are never reused, even after the newest version is deleted
    _whole("revision"),
    _key("unique_id"),
    UniqueConstraint("arn"),
    UniqueConstraint("account", "name_key"),
)

policy_version = _table(
    "policy_version",
    _words("policy_id", _to("policy.unique_id")),
    _whole("number"),
    _whole("created"),
    _words("text"),
    _key("policy_id", "number"),
)

attachment = _table(
    "attachment",
    _words("principal_id", _to("principal.unique_id")),
    _words("policy_arn"),  # no foreign key: AWS's own policies are package data
    _words("name_key"),  # of the policy, for the order of lists
    _key("principal_id", "policy_arn"),
    Index(None, "policy_arn"),
    rowid=False,
)

inline_policy = _table(
    "inline_policy",
    _words("principal_id", _to("principal.unique_id")),
    _words("name"),
    _words("text"),
    _key("principal_id", "name"),
)

instance_profile = _table(
    "instance_profile",
    _words("unique_id"),
    _words("account"),
    _words("name"),
    _words("name_key"),
    _words("path"),
    _whole("created"),
    _words("tags"),
    _words("role_id", _to("principal.unique_id"), null=True),
    _whole("revision"),
    _key("unique_id"),
    UniqueConstraint("account", "name_key"),
    Index(None, "role_id"),
)

access_key = _table(
    "access_key",
    _words("id"),
    _words("account"),
    _words("owner"),  # no foreign key: the root user is no row
    Column("secret", Bytes, nullable=False),  # nonce and ciphertext of the vault
    _whole("created"),
    _whole("active"),
    _whole("last_used", null=True),
    _words("last_used_region"),
    _words("last_used_service"),
    _key("id"),
    Index(None, "owner"),
)

login_profile = _table(
    "login_profile",
    _words("user_id", _to("principal.unique_id")),
    _words("account"),
    _words("hash"),
    _words("earlier"),  # JSON list of hashes
    _whole("created"),
    _whole("changed"),
    _whole("reset_required"),
    _whole("revision"),
    _key("user_id"),
    rowid=False,
)

password_policy = _table("password_policy", _words("account"), _words("rules"), _key("account"), rowid=False)

# -- registry ----------------------------------------------------------------------------------------------------------

repository = Table(
    "repository",
    metadata,
    Column("id", Whole, primary_key=True, autoincrement=True),
    _words("account"),
    _words("region"),
    _words("name"),
    _whole("created"),
    _words("mutability"),
    _words("exclusion_filters"),
    _whole("scan_on_push"),
    _words("encryption"),
    _words("policy", null=True),
    _words("policy_ids"),
    _words("tags"),
    _whole("revision"),
    UniqueConstraint("account", "region", "name"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # an id is never used again: a push that outlives its repository can't land in another
)

registry_policy = _table(
    "registry_policy",
    _words("account"),
    _words("region"),
    _words("text"),
    _words("ids"),
    _key("account", "region"),
)

registry_setting = _table(
    "registry_setting",
    _words("account"),
    _words("region"),
    _words("name"),
    _words("value"),
    _key("account", "region", "name"),
    rowid=False,
)

blob = _table(
    "blob",
    _digest("digest"),
    _words("storage_key"),
    _whole("size"),
    _whole("touched"),
    _key("digest"),
    UniqueConstraint("storage_key"),
    rowid=False,
)

repo_blob = _table(
    "repo_blob",
    _whole("repository_id", _to("repository.id")),
    _digest("digest", _to("blob.digest")),
    _whole("touched"),
    _key("repository_id", "digest"),
    Index(None, "digest"),
    rowid=False,
)

manifest = _table(
    "manifest",
    _whole("repository_id", _to("repository.id")),
    _digest("digest"),
    _words("media_type"),
    _whole("size"),
    _whole("pushed"),
    _digest("subject", null=True),
    _words("artifact_type"),
    _words("config_media_type"),
    _words("annotations"),
    _whole("last_pull", null=True),
    _whole("tagged"),  # 1 while any tag names it, else 0: a page of either kind is one walk of an index
    Column("body", Bytes, nullable=False),  # last: what stands behind it would be read through up to 4 MiB
    _key("repository_id", "digest"),
    Index(None, "repository_id", "tagged", "digest"),
    # Two orders, since a page of referrers is of one artifact type or of all. Most images have no subject.
    _where_present("subject", "repository_id", "subject", "digest"),
    _where_present("subject", "repository_id", "subject", "artifact_type", "digest"),
)

manifest_blob = _table(
    "manifest_blob",
    _whole("repository_id"),
    _digest("manifest_digest"),
    _digest("blob_digest"),
    _key("repository_id", "manifest_digest", "blob_digest"),
    _to_all(["repository_id", "manifest_digest"], "manifest", ["repository_id", "digest"]),
    _to_all(["repository_id", "blob_digest"], "repo_blob", ["repository_id", "digest"]),
    Index(None, "repository_id", "blob_digest"),
    rowid=False,
)

manifest_child = _table(
    "manifest_child",
    _whole("repository_id"),
    _digest("parent"),
    _digest("child"),
    _key("repository_id", "parent", "child"),
    _to_all(["repository_id", "parent"], "manifest", ["repository_id", "digest"]),
    _to_all(["repository_id", "child"], "manifest", ["repository_id", "digest"]),
    Index(None, "repository_id", "child"),
    rowid=False,
)

tag = _table(
    "tag",
    _whole("repository_id"),
    _words("name"),
    _digest("digest"),
    _key("repository_id", "name"),
    _to_all(["repository_id", "digest"], "manifest", ["repository_id", "digest"]),
    Index(None, "repository_id", "digest", "name"),
    rowid=False,
)

upload = _table(
    "upload",
    _words("id"),
    _whole("repository_id", _to("repository.id")),
    _words("storage_key"),
    _whole("offset"),
    _whole("last_part"),
    _whole("opened"),
    _whole("touched"),
    _words("lease_holder", null=True),
    _whole("lease_until", null=True),
    _key("id"),
    UniqueConstraint("storage_key"),
    Index(None, "repository_id"),
    Index(None, "touched"),
)

# -- decisions ---------------------------------------------------------------------------------------------------------

decision = Table(
    "decision",
    metadata,
    Column("seq", Whole, primary_key=True, autoincrement=True),  # the order of writing, where times are equal
    _words("id"),
    _words("account"),
    _words("principal"),
    _words("principal_name"),  # lower-cased name of the user or role behind the ARN
    _words("action"),
    _words("resource"),
    _words("verdict"),
    _whole("at"),
    _words("record"),
    UniqueConstraint("id"),
    Index(None, "account", "at", "seq"),
    Index(None, "account", "principal_name", "at", "seq"),
    Index(None, "at", "seq"),
    sqlite_strict=True,
)
