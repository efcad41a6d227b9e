"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# frozen here: what schema.py says later must not change what this migration did
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BYTES = sa.LargeBinary()


def upgrade() -> None:
    """Make every table."""
    identity()
    registry()
    decisions()


def identity() -> None:
    """The tables of IAM."""
    op.create_table(
        "account",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "account_version",
        sa.Column("account", WORDS, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_account_version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "principal",
        sa.Column("unique_id", WORDS, nullable=False),
        sa.Column("account", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("name_key", WORDS, nullable=False),
        sa.Column("path", WORDS, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("tags", WORDS, nullable=False),
        sa.Column("boundary", WORDS, nullable=True),
        sa.Column("description", WORDS, nullable=False),
        sa.Column("trust", WORDS, nullable=False),
        sa.Column("trusted_ids", WORDS, nullable=False),
        sa.Column("max_session", WHOLE, nullable=False),
        sa.Column("sessions_valid_after", WHOLE, nullable=True),
        sa.Column("last_used", WHOLE, nullable=True),
        sa.Column("last_used_region", WORDS, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("unique_id", name="pk_principal"),
        sa.UniqueConstraint("account", "kind", "name_key", name="uq_principal_account_kind_name_key"),
        sqlite_strict=True,
    )
    op.create_index("ix_principal_boundary", "principal", ["boundary"])
    op.create_table(
        "policy",
        sa.Column("unique_id", WORDS, nullable=False),
        sa.Column("arn", WORDS, nullable=False),
        sa.Column("account", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("name_key", WORDS, nullable=False),
        sa.Column("path", WORDS, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("updated", WHOLE, nullable=False),
        sa.Column("description", WORDS, nullable=False),
        sa.Column("tags", WORDS, nullable=False),
        sa.Column("default_number", WHOLE, nullable=False),
        sa.Column("last_number", WHOLE, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("unique_id", name="pk_policy"),
        sa.UniqueConstraint("account", "name_key", name="uq_policy_account_name_key"),
        sa.UniqueConstraint("arn", name="uq_policy_arn"),
        sqlite_strict=True,
    )
    op.create_table(
        "policy_version",
        sa.Column("policy_id", WORDS, nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("text", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.unique_id"], name="fk_policy_version_policy_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("policy_id", "number", name="pk_policy_version"),
        sqlite_strict=True,
    )
    op.create_table(
        "attachment",
        sa.Column("principal_id", WORDS, nullable=False),
        sa.Column("policy_arn", WORDS, nullable=False),
        sa.Column("name_key", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["principal.unique_id"], name="fk_attachment_principal_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("principal_id", "policy_arn", name="pk_attachment"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_attachment_policy_arn", "attachment", ["policy_arn"])
    op.create_table(
        "inline_policy",
        sa.Column("principal_id", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("text", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["principal_id"],
            ["principal.unique_id"],
            name="fk_inline_policy_principal_id",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("principal_id", "name", name="pk_inline_policy"),
        sqlite_strict=True,
    )
    op.create_table(
        "instance_profile",
        sa.Column("unique_id", WORDS, nullable=False),
        sa.Column("account", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("name_key", WORDS, nullable=False),
        sa.Column("path", WORDS, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("tags", WORDS, nullable=False),
        sa.Column("role_id", WORDS, nullable=True),
        sa.Column("revision", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["principal.unique_id"], name="fk_instance_profile_role_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("unique_id", name="pk_instance_profile"),
        sa.UniqueConstraint("account", "name_key", name="uq_instance_profile_account_name_key"),
        sqlite_strict=True,
    )
    op.create_index("ix_instance_profile_role_id", "instance_profile", ["role_id"])
    op.create_table(
        "access_key",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("account", WORDS, nullable=False),
        sa.Column("owner", WORDS, nullable=False),
        sa.Column("secret", BYTES, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("active", WHOLE, nullable=False),
        sa.Column("last_used", WHOLE, nullable=True),
        sa.Column("last_used_region", WORDS, nullable=False),
        sa.Column("last_used_service", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_key"),
        sqlite_strict=True,
    )
    op.create_index("ix_access_key_owner", "access_key", ["owner"])
    op.create_table(
        "login_profile",
        sa.Column("user_id", WORDS, nullable=False),
        sa.Column("account", WORDS, nullable=False),
        sa.Column("hash", WORDS, nullable=False),
        sa.Column("earlier", WORDS, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("changed", WHOLE, nullable=False),
        sa.Column("reset_required", WHOLE, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["principal.unique_id"], name="fk_login_profile_user_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("user_id", name="pk_login_profile"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "password_policy",
        sa.Column("account", WORDS, nullable=False),
        sa.Column("rules", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_password_policy"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def registry() -> None:
    """The tables of the registry."""
    op.create_table(
        "repository",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("account", WORDS, nullable=False),
        sa.Column("region", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("mutability", WORDS, nullable=False),
        sa.Column("exclusion_filters", WORDS, nullable=False),
        sa.Column("scan_on_push", WHOLE, nullable=False),
        sa.Column("encryption", WORDS, nullable=False),
        sa.Column("policy", WORDS, nullable=True),
        sa.Column("policy_ids", WORDS, nullable=False),
        sa.Column("tags", WORDS, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_repository"),
        sa.UniqueConstraint("account", "region", "name", name="uq_repository_account_region_name"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "registry_policy",
        sa.Column("account", WORDS, nullable=False),
        sa.Column("region", WORDS, nullable=False),
        sa.Column("text", WORDS, nullable=False),
        sa.Column("ids", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("account", "region", name="pk_registry_policy"),
        sqlite_strict=True,
    )
    op.create_table(
        "registry_setting",
        sa.Column("account", WORDS, nullable=False),
        sa.Column("region", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("value", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "name", name="pk_registry_setting"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "blob",
        sa.Column("digest", BYTES, nullable=False),
        sa.Column("storage_key", WORDS, nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("touched", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_blob"),
        sa.UniqueConstraint("storage_key", name="uq_blob_storage_key"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "repo_blob",
        sa.Column("repository_id", WHOLE, nullable=False),
        sa.Column("digest", BYTES, nullable=False),
        sa.Column("touched", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["blob.digest"], name="fk_repo_blob_digest", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["repository.id"], name="fk_repo_blob_repository_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("repository_id", "digest", name="pk_repo_blob"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_repo_blob_digest", "repo_blob", ["digest"])
    op.create_table(
        "manifest",
        sa.Column("repository_id", WHOLE, nullable=False),
        sa.Column("digest", BYTES, nullable=False),
        sa.Column("media_type", WORDS, nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("pushed", WHOLE, nullable=False),
        sa.Column("subject", BYTES, nullable=True),
        sa.Column("artifact_type", WORDS, nullable=False),
        sa.Column("config_media_type", WORDS, nullable=False),
        sa.Column("annotations", WORDS, nullable=False),
        sa.Column("last_pull", WHOLE, nullable=True),
        sa.Column("tagged", WHOLE, nullable=False),
        sa.Column("body", BYTES, nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["repository.id"], name="fk_manifest_repository_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("repository_id", "digest", name="pk_manifest"),
        sqlite_strict=True,
    )
    op.create_index("ix_manifest_repository_id_tagged_digest", "manifest", ["repository_id", "tagged", "digest"])
    for columns in (["repository_id", "subject", "digest"], ["repository_id", "subject", "artifact_type", "digest"]):
        present = sa.text("subject IS NOT NULL")
        name = f"ix_manifest_{'_'.join(columns)}"
        op.create_index(name, "manifest", columns, sqlite_where=present, postgresql_where=present)
    op.create_table(
        "manifest_blob",
        sa.Column("repository_id", WHOLE, nullable=False),
        sa.Column("manifest_digest", BYTES, nullable=False),
        sa.Column("blob_digest", BYTES, nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id", "blob_digest"],
            ["repo_blob.repository_id", "repo_blob.digest"],
            name="fk_manifest_blob_repository_id_blob_digest",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["repository_id", "manifest_digest"],
            ["manifest.repository_id", "manifest.digest"],
            name="fk_manifest_blob_repository_id_manifest_digest",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("repository_id", "manifest_digest", "blob_digest", name="pk_manifest_blob"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_manifest_blob_repository_id_blob_digest", "manifest_blob", ["repository_id", "blob_digest"])
    op.create_table(
        "manifest_child",
        sa.Column("repository_id", WHOLE, nullable=False),
        sa.Column("parent", BYTES, nullable=False),
        sa.Column("child", BYTES, nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id", "child"],
            ["manifest.repository_id", "manifest.digest"],
            name="fk_manifest_child_repository_id_child",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["repository_id", "parent"],
            ["manifest.repository_id", "manifest.digest"],
            name="fk_manifest_child_repository_id_parent",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("repository_id", "parent", "child", name="pk_manifest_child"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_manifest_child_repository_id_child", "manifest_child", ["repository_id", "child"])
    op.create_table(
        "tag",
        sa.Column("repository_id", WHOLE, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("digest", BYTES, nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id", "digest"],
            ["manifest.repository_id", "manifest.digest"],
            name="fk_tag_repository_id_digest",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("repository_id", "name", name="pk_tag"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tag_repository_id_digest_name", "tag", ["repository_id", "digest", "name"])
    op.create_table(
        "upload",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("repository_id", WHOLE, nullable=False),
        sa.Column("storage_key", WORDS, nullable=False),
        sa.Column("offset", WHOLE, nullable=False),
        sa.Column("last_part", WHOLE, nullable=False),
        sa.Column("opened", WHOLE, nullable=False),
        sa.Column("touched", WHOLE, nullable=False),
        sa.Column("lease_holder", WORDS, nullable=True),
        sa.Column("lease_until", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["repository.id"], name="fk_upload_repository_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
        sa.UniqueConstraint("storage_key", name="uq_upload_storage_key"),
        sqlite_strict=True,
    )
    op.create_index("ix_upload_repository_id", "upload", ["repository_id"])
    op.create_index("ix_upload_touched", "upload", ["touched"])


def decisions() -> None:
    """The tables of the journal."""
    op.create_table(
        "decision",
        sa.Column("seq", WHOLE, autoincrement=True, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("account", WORDS, nullable=False),
        sa.Column("principal", WORDS, nullable=False),
        sa.Column("principal_name", WORDS, nullable=False),
        sa.Column("action", WORDS, nullable=False),
        sa.Column("resource", WORDS, nullable=False),
        sa.Column("verdict", WORDS, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("record", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_decision"),
        sa.UniqueConstraint("id", name="uq_decision_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_decision_account_at_seq", "decision", ["account", "at", "seq"])
    op.create_index("ix_decision_account_principal_name_at_seq", "decision", ["account", "principal_name", "at", "seq"])
    op.create_index("ix_decision_at_seq", "decision", ["at", "seq"])
