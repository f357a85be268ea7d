"""`claimkeep ledger`: what the books say, from the entries alone."""

from __future__ import annotations

import json as text
from datetime import datetime
from typing import Annotated

import typer

from claimkeep.edge.cli import installation, speech
from claimkeep.edge.cli.wires import AsJson, Practice
from claimkeep.engine.books.account import RECEIVABLE
from claimkeep.engine.terms.money import dollars

app = typer.Typer(no_args_is_help=True, help="What the books say, from the entries alone.")


@app.command("trial-balance")
def trial_balance(practice: Practice = None, json: AsJson = False) -> int:
    """Debits and credits of every account; they sum to the same."""
    installation.open_existing()
    from claimkeep.apps.ledger import queries

    rows = queries.trial_balance(installation.actor(practice))
    debits, credits = sum(r.debits_cents for r in rows), sum(r.credits_cents for r in rows)
    if json:
        accounts = {r.account: r.balance_cents for r in rows}
        print(text.dumps({"debits_cents": debits, "credits_cents": credits, "accounts": accounts}))
    else:
        for r in rows:
            print(
                f"{r.account:<24}{dollars(r.debits_cents):>18}{dollars(r.credits_cents):>18}{dollars(r.balance_cents):>18}"
            )
        print(f"{'all':<24}{dollars(debits):>18}{dollars(credits):>18}{dollars(debits - credits):>18}")
    return speech.DONE if debits == credits else speech.FOUND


@app.command("aging")
def aging(
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="At the end of this day; else now.")
    ] = None,
    practice: Practice = None,
    json: AsJson = False,
) -> int:
    """What is still owed, by whom and for how many days; credits stand apart."""
    installation.open_existing()
    from claimkeep.apps.ledger import queries
    from claimkeep.engine.books import balance

    day = (as_of or installation.now()).date()
    owed = balance.aging(queries.receivables(installation.actor(practice), day), day)
    labels = [label for _, label in balance.BUCKETS] + [balance.OLDEST]
    accounts = {code: dict.fromkeys(labels, 0) for code in RECEIVABLE}
    for code, bucket, cents in owed.select("account", "bucket", "open_cents").iter_rows():
        accounts[code][bucket] += cents
    still_open = owed["open_cents"].to_list()
    total, credits = sum(still_open), sum(one for one in still_open if one < 0)
    if json:
        print(
            text.dumps({"as_of": day.isoformat(), "open_cents": total, "credits_cents": -credits, "accounts": accounts})
        )
        return speech.DONE
    print(f"{'days':<24}" + "".join(f"{label:>14}" for label in [*labels, "all"]))
    for code, buckets in accounts.items():
        print(f"{code:<24}" + "".join(f"{dollars(cents):>14}" for cents in [*buckets.values(), sum(buckets.values())]))
    sums = [sum(one[label] for one in accounts.values()) for label in labels]
    print(f"{'all':<24}" + "".join(f"{dollars(cents):>14}" for cents in [*sums, total]))
    if credits:
        print(f"of it credits: {dollars(credits)}")
    return speech.DONE


@app.command("verify")
def verify(practice: Practice = None, json: AsJson = False) -> int:
    """Every entry sums to zero, and so do all of them."""
    installation.open_existing()
    from claimkeep.apps.ledger import queries

    actor = installation.actor(practice)
    bad = queries.unbalanced_entries(actor)
    total = sum(r.balance_cents for r in queries.trial_balance(actor))
    entries = queries.entries(actor).count()
    speech.result({"entries": entries, "unbalanced": len(bad), "difference_cents": total}, as_json=json)
    return speech.FOUND if bad or total else speech.DONE
