"""People who sign in, programs with a key, and what both did."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Text
from sqlmodel import Field, SQLModel


class UserRow(SQLModel, table=True):
    """Somebody of the staff. role: of `staff.ROLES`; unit: of the role `unit`. password: Argon2id; empty where none is set.

    second_factor: the secret of the codes that a phone shows (RFC 6238), encrypted; second_factor_step: the last step of
    thirty seconds whose code was used. subject: issuer and subject of the province's own sign-in, where it is bound.
    """

    __tablename__ = "user"
    name: str = Field(primary_key=True)
    shown_name: str
    role: str
    unit: str | None = Field(default=None, foreign_key="unit.code")
    password: str
    created: date
    disabled: date | None = None
    second_factor: str | None = Field(default=None, sa_column=Column(Text))
    second_factor_step: int | None = Field(default=None, sa_type=BigInteger)
    subject: str | None = Field(default=None, unique=True, index=True)


class RecoveryCodeRow(SQLModel, table=True):
    """One of the codes that let somebody in whose phone is lost, each once: its keyed hash."""

    __tablename__ = "recovery_code"
    hash: str = Field(primary_key=True)
    user: str = Field(foreign_key="user.name", index=True)
    used: date | None = None


class InvitationRow(SQLModel, table=True):
    """A code by which somebody chooses the password of their account, once: its keyed hash. ends: seconds since 1970, UTC."""

    __tablename__ = "invitation"
    hash: str = Field(primary_key=True)
    user: str = Field(foreign_key="user.name", index=True)
    ends: int = Field(sa_type=BigInteger)


class SignInRow(SQLModel, table=True):
    """A browser that is signed in: the hash of its cookie. began, seen, ended: seconds since 1970, UTC.

    way: `password`, `second_factor`, `recovery_code`, `invitation`, `first_run` or `oidc`.
    """

    __tablename__ = "sign_in"
    token_hash: str = Field(primary_key=True)
    user: str = Field(foreign_key="user.name", index=True)
    began: int = Field(sa_type=BigInteger)
    seen: int = Field(sa_type=BigInteger)
    ended: int | None = Field(default=None, sa_type=BigInteger)
    way: str = Field(default="password", sa_column_kwargs={"server_default": "password"})


class AuditRow(SQLModel, table=True):
    """What somebody did that matters; only ever added, the database itself refuses else (migration 0004).

    at: seconds since 1970, UTC.
    """

    __tablename__ = "audit_event"
    number: int | None = Field(default=None, primary_key=True)
    at: int = Field(sa_type=BigInteger, index=True)
    user: str
    act: str
    about: str
    detail: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class EventLinkRow(SQLModel, table=True):
    """A link of the chain of events (`event_chain`); stays when its event was purged."""

    __tablename__ = "event_link"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    event: int = Field(unique=True)
    at: int = Field(sa_type=BigInteger)
    content: str
    digest: str


class ApiKeyRow(SQLModel, table=True):
    """A program's key, of which only the hash is kept. scope: `read`, `write` or both; unit: None for all."""

    __tablename__ = "api_key"
    hash: str = Field(primary_key=True)
    name: str
    scope: str
    unit: str | None = Field(default=None, foreign_key="unit.code")
    created: date
    disabled: date | None = None


class WebhookRow(SQLModel, table=True):
    """Where a program wants to be told of answers. secret: encrypted. position: number of the last seal it was told."""

    __tablename__ = "webhook"
    id: str = Field(primary_key=True)
    address: str
    secret: str = Field(sa_column=Column(Text, nullable=False))
    unit: str | None = Field(default=None, foreign_key="unit.code")
    created: date
    disabled: date | None = None
    position: int = 0


class DeliveryRow(SQLModel, table=True):
    """One message to a webhook and what became of it. next_try, tried: seconds since 1970, UTC."""

    __tablename__ = "delivery"
    id: str = Field(primary_key=True)
    webhook: str = Field(foreign_key="webhook.id", index=True)
    seal: int
    attempts: int = 0
    delivered: bool = False
    next_try: int | None = Field(default=None, sa_type=BigInteger, index=True)
    tried: int | None = Field(default=None, sa_type=BigInteger)
    outcome: str = ""
