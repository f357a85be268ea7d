"""A frozen claim can be sealed by a newer key, and changed in no other way."""

from django.db import migrations

from claimkeep.apps.vault.resealed import only_resealed


class Migration(migrations.Migration):
    """The trigger that refused every update refuses all but this one."""

    dependencies = (("claims", "0002_append_only"), ("vault", "0002_rotation"))
    operations = (only_resealed("claims", "ClaimVersion", "content"),)
