"""A practice's keys are destroyed: its rows stay where they are and can be read by nobody any more.

What the database wraps for a practice opens only with the practice's own key, and that stands in a file beside the
database and never in it. So a copy of the database alone, however old, is unreadable once the file is gone.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from claimkeep.apps.audit import actions as audit
from claimkeep.apps.vault import keyfiles, keyring
from claimkeep.apps.vault.models import SYSTEM, DataKey
from claimkeep.apps.vault.rotation import Hand
from claimkeep.engine.terms.errors import SetupError


def destroy(practice_id: UUID, hand: Hand) -> int:
    """No key of the practice is left here; how many keysets went. Done again, it makes sure of it.

    The event stands in the audit log before the file goes: stopped in between, running it again ends it.
    Raises SetupError for the system's own keys, and for a practice without keys.
    """
    if practice_id == SYSTEM:
        raise SetupError("the keys of the installation itself are not destroyed: remove the data folder")
    with transaction.atomic():
        keys = DataKey.objects.select_for_update().filter(practice_id=practice_id)
        if not keys:
            raise SetupError("this practice has no keys")
        gone = keys.exclude(stage="destroyed").update(wrapped=b"", stage="destroyed", stage_at=hand.clock())
        if gone:
            audit.note(
                "key:destroy",
                subject=f"key:{practice_id}",
                actor=hand.actor,
                now=hand.clock(),
                practice_id=practice_id,
                keysets=gone,
            )
    keyfiles.shred(keyfiles.practice_file(practice_id))
    keyring.forget()
    return gone
