"""People and what they belong to."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class People(BaseUserManager["User"]):
    """Finds and makes people by mail address."""

    def create_user(self, email: str, password: str | None, *, name: str) -> User:
        """A person exists who can sign in with this address and password."""
        person = self.model(email=self.normalize_email(email).lower(), name=name)
        person.set_password(password)
        person.save(using=self._db)
        return person


class User(AbstractBaseUser):
    """One natural person with a sign-in of their own (45 CFR 164.312(a)(2)(i))."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]  # noqa: RUF012 - Django asks for a list

    objects = People()

    def get_full_name(self) -> str:
        """The person's name as others see it."""
        return self.name


class Membership(models.Model):
    """A person's job in one practice."""

    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="memberships")
    practice_id = models.UUIDField()
    role = models.CharField(max_length=24)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user", "practice_id"), condition=models.Q(ended_at=None), name="access_one_job_a_practice"
            ),
        )
