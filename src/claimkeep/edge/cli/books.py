"""`claimkeep ledger`: what the books say, from the entries alone."""

from __future__ import annotations

import json as text

import typer

from claimkeep.edge.cli import installation, speech
from claimkeep.edge.cli.wires import AsJson, Practice
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
