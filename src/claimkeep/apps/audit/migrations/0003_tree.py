"""The log becomes a tree: the chain that stood is checked once more, then every event gets its leaf."""

import hashlib
import json
import uuid
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import django.db.models as models
from django.db import migrations

import claimkeep.apps.audit.models
from claimkeep.apps.audit.append_only import append_only, lifted
from claimkeep.engine.crypto import event, merkle
from claimkeep.engine.terms.errors import AuditError

_BATCH = 4096


def _rows(apps: Any, schema_editor: Any, model: str) -> Any:
    return apps.get_model("audit", model).objects.using(schema_editor.connection.alias)


def _events(rows: Any) -> Iterator[list[Any]]:
    rows, last = rows.order_by("seq"), 0
    while batch := list(rows.filter(seq__gt=last)[:_BATCH]):
        yield batch
        last = batch[-1].seq


def check_chain(apps: Any, schema_editor: Any) -> None:
    """Nothing is carried over from a log that does not verify."""
    head, count = bytes(32), 0
    for row in (one for batch in _events(_rows(apps, schema_editor, "Event")) for one in batch):
        count += 1
        content = {
            "seq": row.seq,
            "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "practice": None if row.practice_id is None else str(row.practice_id),
            "actor": row.actor,
            "tag": row.tag,
            "subject": row.subject,
            "why": row.why,
            "detail": row.detail,
        }
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest = hashlib.sha256(b"\x00" + text.encode()).digest()
        head = hashlib.sha256(b"\x01" + head + digest).digest()
        if row.seq != count or digest != bytes(row.digest) or head != bytes(row.head):
            raise AuditError(f"the audit log does not verify at event {count}: it is not carried over")
    end = _rows(apps, schema_editor, "Head").filter(pk=1).first()
    if (count, head) != ((end.seq, bytes(end.head)) if end else (0, bytes(32))):
        raise AuditError("the audit log ends where its head does not say: it is not carried over")


def plant(apps: Any, schema_editor: Any) -> None:
    """Every event has its leaf, every 256 of them their tile."""
    frontier, tile = merkle.Frontier(), apps.get_model("audit", "Tile")
    events, kept = (_rows(apps, schema_editor, one) for one in ("Event", "Tile"))
    for batch in _events(events):
        for row in batch:
            practice = None if row.practice_id is None else row.practice_id.hex
            detail = event.detail_text(row.detail)
            at = event.time_text(row.at)
            row.leaf = merkle.leaf(
                event.entry(row.seq, at, practice, row.actor, row.tag, row.subject, row.why, detail)
            )
        events.bulk_update(batch, ("leaf", "detail"), batch_size=200)
        frontier, tiles = frontier.and_then([row.leaf for row in batch])
        kept.bulk_create([tile(level=one.level, index=one.index, root=one.root) for one in tiles])
    _rows(apps, schema_editor, "Head").filter(pk=1).update(
        size=frontier.size, peaks=b"".join(frontier.peaks), log_id=uuid.uuid4()
    )


class Migration(migrations.Migration):
    """From a chain to a tree."""

    dependencies = (("audit", "0002_append_only"),)
    operations = (
        lifted("audit_event"),
        migrations.RunPython(check_chain, migrations.RunPython.noop),
        migrations.RemoveField("event", "head"),
        migrations.RenameField("event", "digest", "leaf"),
        migrations.AlterField(
            "event",
            "leaf",
            models.BinaryField(help_text="what stands in the tree for it", max_length=32),
        ),
        migrations.AlterField(
            "event",
            "detail",
            claimkeep.apps.audit.models.Detail(
                default=dict, help_text="ids, codes and counts; never a value of a patient"
            ),
        ),
        migrations.RenameField("head", "seq", "size"),
        migrations.RemoveField("head", "head"),
        migrations.AddField(
            "head",
            "peaks",
            models.BinaryField(default=b"", help_text="the roots of the whole subtrees, the largest first"),
        ),
        migrations.AddField(
            "head",
            "log_id",
            models.UUIDField(default=uuid.uuid4, help_text="which log it is, among all logs of the world"),
        ),
        migrations.CreateModel(
            name="Tile",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "level", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("root", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="SignedHead",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("note", models.TextField()),
            ],
        ),
        migrations.RunPython(plant, migrations.RunPython.noop),
        append_only("audit_event"),
        append_only("audit_tile"),
        append_only("audit_signedhead"),
    )
