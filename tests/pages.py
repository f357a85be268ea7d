"""The pages that are made from what they describe: `python -m tests.pages` writes them again.

docs/guide/commands.md is made from the commands, docs/edits.md from the edits, docs/roles.md from the role table,
docs/tables.md from the engine's tables, docs/csv.md from the columns that are read, docs/codes.md from the layouts of
code sets, NOTICE from the locks and the installed packages.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer

from claimkeep.apps.access.roles import PERMISSIONS, ROLES
from claimkeep.engine.codes.edit_files import EDIT_LAYOUTS
from claimkeep.engine.codes.layouts import LAYOUTS, Layout
from claimkeep.engine.intake.delimited import HEADER
from claimkeep.engine.scrub.catalogue import EDITS, TABLE_EDITS
from claimkeep.engine.scrub.edit import Edit
from claimkeep.engine.scrub.edits import reports
from claimkeep.engine.scrub.table_edit import ALL, TableEdit
from claimkeep.engine.terms import acknowledgement, claim, claim_status, eligibility, remittance, review
from claimkeep.engine.terms.table import TableShape
from tests.notice import notice

PROJECT = Path(__file__).resolve().parent.parent

COMMANDS_HEAD = """\
# Commands

`claimkeep` is installed by `./run` as `.venv/bin/claimkeep`. Results go to standard output, everything else to standard
error, and never a patient's value. `--json` prints one JSON object and nothing else. Exit status 0: done, and nothing
was found; 1: done, and something was found; 2: could not be done, with one line that says why and what to do.
"""

CSV_HEAD = """\
# Visits as CSV

One row a service line; rows with the same `visit_id` are one visit. UTF-8, or Windows-1252; commas; quotes as in RFC
4180. Columns stand in any order, and a column not named here is passed over. What belongs to the visit stands on each
of its rows, or only on the first. A visit with one row that cannot be read is left out whole, so that no claim goes out
short.
"""

CODES_HEAD = """\
# Code sets

`claimkeep x12 check` and `claimkeep scrub`, given `--codes DIR`, judge codes by the tables in a folder. A table is a
file of text with commas (`.csv`, or `.csv.gz`), UTF-8, with a header; columns stand in any order, and one not named
here is passed over, as is a file that is no such table. One line that is not of its form refuses the whole folder,
with file, line and column.

The name of a file says which release it is: `icd10cm_2026apr.csv` speaks for April to September 2026, `_2026` for a
year, `_fy2026` for a federal one, `_v24_0` and `_v24_1` for half of one. Of several releases the one that speaks for
the day of service is asked. A release without a name speaks for no day, and what is asked of a day that no release
speaks for is answered by the nearest: then a code that it does not know is for somebody to look at, and refuses
nothing. What is not loaded is not judged; `not_loaded` of the verdict says so. Days are YYYY-MM-DD or CCYYMMDD, both
included; empty is open.

HCPCS level I is licensed: without a table of your own its codes are judged by their form alone.
"""

EDIT_TABLES_HEAD = """\
## Tables of edits

What `claimkeep scrub` judges by beside code sets ([edits](edits.md)). SETTING is `practitioner`, `outpatient_hospital`
or, for units, `dme`; `medicaid_` in place of `ncci_` names Medicaid's own tables. `2024q3` is a quarter; `v41` of the
Medicare Code Editor speaks for federal year 2024, `v41_1` for its second half. `_hcpcs2` may stand before SETTING or
RELEASE. A table whose rows carry `effective_date` speaks for the past as well; else its release speaks for its own days
alone, and a service of another day is not judged by it. What is missing is told once (RPT-01). A release with over a
twentieth fewer rows or codes than the one before it is refused, unless `--fewer-rows` says that it is right.
"""

TABLES_HEAD = """\
# Tables

The columns that every reader gives, every edit judges and every writer takes. A null is a fact that was not given.
Money is whole cents, units are thousandths.
"""

EDITS_HEAD = """\
# Edits

What a claim is judged by before it is sent. A claim with a finding of severity R (the payer's door would refuse it) or
D (the payer would deny it) is held with the reason; V asks for a look, I informs. Numbers of edits never change their
meaning. CARC is the claim adjustment reason the edit prevents, where there is one.
"""

SEVERITY = {"R": "refused at the door", "D": "denied", "V": "to look at", "I": "to know"}

ROLES_HEAD = """\
# Roles

Who may do what. What stands in no row is nobody's; `job` is the system's own scheduled work and no person's.
"""

EXAMPLE_OF_VISIT = ("visit_id", "patient_last_name", "patient_first_name", "patient_birth_date", "patient_sex")
EXAMPLE_OF_VISIT += ("payer_name", "payer_id", "member_id", "billing_name", "billing_npi", "diagnosis1")
EXAMPLE_COLUMNS = (*EXAMPLE_OF_VISIT, "service_date", "procedure_code", "charge", "units", "place_of_service")

CSV_EXAMPLE_HEAD = "A visit of two lines, with the columns it needs:\n"


def commands_page() -> str:
    """Every command with its help, its arguments and its options."""
    from claimkeep.edge.cli.main import app  # after the data folder is there: commands may reach the settings

    root = typer.main.get_command(app)
    shared = "Before every command stands what all of them take:\n\n" + _options(root)
    sections = [_section(path, command) for path, command in commands(root, ("claimkeep",))]
    return "\n".join([COMMANDS_HEAD, shared, *sections]).rstrip() + "\n"


def commands(command: Any, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], Any]]:
    """The commands that do something, by their whole name, in order."""
    inner = getattr(command, "commands", None)  # typer carries its own copy of click, so there is no class to ask for
    if inner is None:
        return [(path, command)]
    return [found for name, each in sorted(inner.items()) if not each.hidden for found in commands(each, (*path, name))]


def _section(path: tuple[str, ...], command: Any) -> str:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    pieces = [*path, *(each.name.upper() + "..." * (each.nargs == -1) for each in arguments)]
    text = "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    taken = _options(command)
    return f"## {' '.join(path[1:])}\n\n{text}\n\n    {' '.join(pieces)}{' [OPTIONS]' * ('`-' in taken)}\n\n{taken}"


def _options(command: Any) -> str:
    rows = []
    for each in (each for each in command.params if not each.hidden):
        is_option = each.param_type_name == "option"
        name = " ".join([*each.opts, *each.secondary_opts]) if is_option else each.name.upper()
        rows.append(f"| `{name}` | {' '.join((each.help or '').split())} |")
    return "\n".join(["| takes | which |", "|---|---|", *rows, ""]) if rows else ""


def tables_page() -> str:
    """Every table of the engine with its columns, their types, and where the standard puts each."""
    parts = [TABLES_HEAD]
    for module in (claim, remittance, acknowledgement, eligibility, claim_status, review):
        for shape in (each for each in vars(module).values() if isinstance(each, TableShape)):
            rows = [f"| `{c.name}` | {str(c.dtype).lower()} | {c.cite} |" for c in shape.columns]
            parts.append("\n".join([f"## {shape.name}\n", "| column | type | stands at |", "|---|---|---|", *rows, ""]))
    return "\n".join(parts)


def edits_page() -> str:
    """Every edit: its rule, what it says, what to do, who demands it, and whose claims it judges."""
    parts = [EDITS_HEAD]
    every: tuple[Edit | TableEdit, ...] = (*EDITS, *TABLE_EDITS)
    for number in sorted({each.id for each in every}):
        parts.append(f"## {number}\n")
        for each in (each for each in every if each.id == number):
            severity = f"{each.severity.value}, {SEVERITY[each.severity.value]}"
            carc = f"; CARC {each.carc}" if each.carc else ""
            about = f"- {severity}; {each.cite}{carc}\n" + _scope(each)
            parts.append(f"{each.rule}\n\n- Says: {each.says}.\n- Do: {each.fix}.\n{about}")
    says = reports.SAYS.format(table="TABLE", why="is not loaded, or not for the day of service:", claims="N")
    parts.append(f"## {reports.ID}\n\n{reports.RULE}\n\n- Says: {says}.\n- Do: {reports.FIX}.")
    parts.append(f"- V, {SEVERITY['V']}; {reports.CITE}\n")
    return "\n".join(parts)


def _scope(each: Edit | TableEdit) -> str:
    """Whose claims an edit judges, where it does not judge all, and that a table decides."""
    if not isinstance(each, TableEdit):
        return ""
    whose = (
        ""
        if each.payers == ALL
        else f" Judges claims to {' and '.join(p.name.capitalize() for p in sorted(each.payers))}."
    )
    return f"- A table decides.{whose}\n"


def roles_page() -> str:
    """The role table: a row a permission, a column a role."""
    rows = [
        f"| `{permission}` | {' | '.join('yes' if permission in granted else '' for granted in ROLES.values())} |"
        for permission in sorted(PERMISSIONS)
    ]
    head = f"| permission | {' | '.join(role.replace('_', ' ') for role in ROLES)} |"
    return "\n".join([ROLES_HEAD, head, "|---" * (len(ROLES) + 1) + "|", *rows, ""])


def csv_page() -> str:
    """Every column of a CSV file of visits, and a file of one visit that can be imported."""
    rows = [f"| `{f.name}` | {f.meaning} | {f.example} |" for f in HEADER]
    return "\n".join(
        [CSV_HEAD, "| column | means | example |", "|---|---|---|", *rows, "", CSV_EXAMPLE_HEAD, csv_example()]
    )


def csv_example() -> str:
    """A header and one visit of two lines."""
    example = {field.name: field.example for field in HEADER}
    second = {**dict.fromkeys(EXAMPLE_OF_VISIT, ""), "visit_id": example["visit_id"], "procedure_code": "36415"}
    rows = (dict(zip(EXAMPLE_COLUMNS, EXAMPLE_COLUMNS, strict=True)), example, {**example, **second})
    return "".join(f"    {','.join(row[name] for name in EXAMPLE_COLUMNS)}\n" for row in rows)


def codes_page() -> str:
    """Every layout of a code set: how its file is named, its columns, and how its codes are written."""
    rows = [f"| `{each.kind}` | `{each.stem}_RELEASE.csv` | {_columns(each)} |" for each in LAYOUTS]
    edits = [
        f"| {_names(each.tables)} | `{each.file}` | {_names((*each.needed, *each.wanted))} |" for each in EDIT_LAYOUTS
    ]
    head, rule = "| {} | file | columns |", "|---|---|---|"
    listed = [CODES_HEAD, head.format("code set"), rule, *rows, ""]
    return "\n".join([*listed, EDIT_TABLES_HEAD, head.format("table"), rule, *edits, ""])


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _columns(layout: Layout) -> str:
    names = [f"`{layout.code}`"]
    names += [f"`{layout.where[0]}` ({layout.where[1]})"] if layout.where else []
    names += [f"`{layout.complete}` (1 for a code, 0 for a heading)"] if layout.complete else []
    is_needed = {layout.starts, layout.ends} <= layout.needed
    days = f"`{layout.starts}`, `{layout.ends}`{'' if is_needed else ' if there are any'}"
    rest = sorted(
        layout.needed - {layout.code, layout.complete, layout.starts, layout.ends, (layout.where or ("",))[0]}
    )
    return ", ".join([*names, days, *(f"`{name}`" for name in rest)])


PAGES = {
    Path("NOTICE"): notice,
    Path("docs/guide/commands.md"): commands_page,
    Path("docs/edits.md"): edits_page,
    Path("docs/roles.md"): roles_page,
    Path("docs/tables.md"): tables_page,
    Path("docs/csv.md"): csv_page,
    Path("docs/codes.md"): codes_page,
}


if __name__ == "__main__":
    from tests.folder import make_data_folder

    make_data_folder()
    for page, make in PAGES.items():
        (PROJECT / page).write_text(make())
