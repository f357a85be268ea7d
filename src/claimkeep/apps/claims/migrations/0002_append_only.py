"""The database refuses to change or delete these rows."""

from django.db import migrations

from claimkeep.apps.audit.append_only import append_only


class Migration(migrations.Migration):
    """Append-only triggers."""

    dependencies = (("claims", "0001_initial"),)
    operations = (
        append_only("claims_claimevent"),
        append_only("claims_claimversion"),
    )
