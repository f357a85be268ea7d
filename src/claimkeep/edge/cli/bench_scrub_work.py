"""Tables of the size of the published ones, and claims to judge by them: random, by seed."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from claimkeep.engine.codes import CodeSets, EditTables, Kind, Release, read_edits
from claimkeep.engine.codes.release import Row
from claimkeep.engine.scrub.references import References
from claimkeep.engine.terms.claim import ClaimTables, claim, diagnosis, service_line

PROCEDURES, PAIRS, LIMITS, DIAGNOSES, NOTES = 13_000, 2_500_000, 13_000, 98_000, 5_000
LINES, DIAGNOSES_A_CLAIM = 4, 4
PARTNERS_USED = 600
"""Procedures that claims draw from: practices bill few codes, so pairs meet as they do in life."""
MODIFIERS = ("59", "25", "RT", "LT", "KX")
DAYS = tuple(date(2024, 7, 1 + n) for n in range(30))
SEED = 20260101

_LETTERS = "ABCEGHJKLMPQRSTV"


def procedures() -> list[str]:
    """Codes of the form of HCPCS level II."""
    return [f"{_LETTERS[n // 1000]}{n % 1000 * 7 % 10_000:04d}" for n in range(PROCEDURES)]


def diagnoses() -> list[str]:
    """Codes of the form of ICD-10-CM."""
    return [f"{chr(65 + n // 4000)}{n // 40 % 100:02d}{n % 40:02d}" for n in range(DIAGNOSES)]


def pairs_file(rows: int = PAIRS) -> bytes:
    """A table of procedure pairs as it is loaded."""
    random, names = np.random.default_rng(SEED), np.array(procedures())
    keys = np.unique(random.integers(0, len(names) ** 2, int(rows * 1.02)))
    keys = random.permutation(keys)[:rows]
    frame = pl.DataFrame(
        {
            "column1": names[keys // len(names)],
            "column2": names[keys % len(names)],
            "effective_date": np.array(["2010-01-01", "2024-07-15"])[random.integers(0, 2, len(keys))],
            "deletion_date": np.array(["", "", "", "2020-12-31"])[random.integers(0, 4, len(keys))],
            "modifier_indicator": random.integers(0, 2, len(keys)),
        }
    )
    ends_late = pl.when(pl.col("effective_date") == "2024-07-15").then(pl.lit("")).otherwise(pl.col("deletion_date"))
    # nothing, not two quotes
    return frame.with_columns(deletion_date=ends_late.replace("", None)).write_csv().encode()


def other_files() -> dict[str, bytes]:
    """The other tables of edits as they are loaded."""
    random, codes, sick = np.random.default_rng(SEED + 1), procedures(), diagnoses()
    limits = "".join(f"{code},{random.integers(1, 9)},{1 + n % 3}\n" for n, code in enumerate(codes[:LIMITS]))
    add_ons = "".join(f"{codes[n]},{codes[n + 7]},1\n" for n in range(0, 6000, 13))
    ages = "".join(f"{code},Age,Maternity (Ages 9-64)\n" for code in sick[::40])
    sexes = "".join(f"{code},Sex,Female Only\n" for code in sick[::30])
    first = "".join(f"{code},Other,Manifestation (Not Allowed as Principal Diagnosis)\n" for code in sick[::200])
    scopes, targets = random.integers(0, len(sick), (2, NOTES))
    notes = "".join(
        f"{sick[a][:4]},excludes1,{sick[b][:4]},{sick[b][:4]}\n" for a, b in zip(scopes, targets, strict=True)
    )
    groups = "".join(f"{one},{'anatomical' if one in ('RT', 'LT') else 'other'}\n" for one in MODIFIERS[:4])
    texts = {
        "ncci_mue_practitioner_2024q3.csv": "hcpcs,mue_value,mai\n" + limits,
        "ncci_aoc_2024q3.csv": "add_on_code,primary_code,aoc_edit_type\n" + add_ons,
        "ncci_associated_modifiers.csv": "modifier,group\n" + groups,
        "mce_v41_dx_edits_fy2024.csv": "icd10cm,conflict_group,rule\n" + ages + sexes + first,
        "icd10cm_note_targets_2024apr.csv": "scope_code,kind,target_from,target_to\n" + notes,
    }
    return {name: text.encode() for name, text in texts.items()}


def references(pairs: bytes) -> References:
    """All of it, loaded."""
    files = {"ncci_ptp_practitioner_2024q3.csv": pairs, **other_files()}
    of_2024 = {"name": "2024", "valid_from": 20240101, "valid_to": 20241231}
    sets = [
        Release.of(kind, [Row(code) for code in codes], **of_2024)  # type: ignore[arg-type]
        for kind, codes in ((Kind.HCPCS, procedures()), (Kind.ICD10CM, diagnoses()), (Kind.MODIFIER, MODIFIERS))
    ]
    edits = [one for name, data in files.items() for one in read_edits(name, data)]
    return References(CodeSets.of(sets), EditTables.of(edits))


def claims(count: int) -> ClaimTables:
    """Professional claims to Medicare: sound in form, their codes drawn at random."""
    random = np.random.default_rng(SEED + 2)
    rows = np.arange(count)
    address = {"address1": "1 SYNTHETIC STREET", "city": "TESTVILLE", "state": "NJ"}
    about = {
        "billing_provider_npi": "1234567893",
        "billing_provider_entity_type": "2",
        "billing_provider_last_name": "SYNTHETIC CLINIC",
        "billing_provider_tax_id": "900000001",
        "billing_provider_taxonomy": "207Q00000X",
        "billing_provider_zip": "070010001",
        "payer_sequence": "P",
        "claim_filing_indicator": "MB",
        "payer_name": "SYNTHETIC PLAN",
        "payer_id": "SYNTH01",
        "subscriber_member_id": "1EG4TE5MK73",
        "patient_relationship": "18",
        "place_of_service": "11",
        "frequency_code": "1",
        **{f"billing_provider_{name}": value for name, value in address.items()},
        **{f"{who}_{name}": value for who in ("patient", "subscriber") for name, value in address.items()},
        **{f"{who}_zip": "07001" for who in ("patient", "subscriber")},
        **{f"{who}_last_name": "LASTNAME" for who in ("patient", "subscriber")},
        **{f"{who}_first_name": "FIRSTNAME" for who in ("patient", "subscriber")},
    }
    born = np.array([np.datetime64("1940-01-01"), np.datetime64("1990-01-01")])[random.integers(0, 2, count)]
    whole = pl.DataFrame({"claim_row": rows}).with_columns(
        *(pl.lit(value).alias(name) for name, value in about.items()),
        claim_number=pl.format("CK{}", "claim_row"),
        charge_cents=pl.lit(10_000 * LINES, dtype=pl.Int64),
        patient_birth_day=pl.Series(born.astype("datetime64[D]")),
        patient_sex=pl.Series(np.array(["F", "M"])[random.integers(0, 2, count)]),
    )
    return ClaimTables(
        _of_shape(whole, claim.schema),
        _of_shape(_lines(count, random), service_line.schema),
        _of_shape(_diagnoses(count, random), diagnosis.schema),
        ClaimTables.empty().other_payers,
    )


def _lines(count: int, random: np.random.Generator) -> pl.DataFrame:
    size = count * LINES
    used = np.array(procedures())[random.permutation(PROCEDURES)[:PARTNERS_USED]]
    days = np.repeat(np.array(DAYS, dtype="datetime64[D]")[random.integers(0, len(DAYS), count)], LINES)
    marks = np.array([*MODIFIERS, *[""] * 15])[random.integers(0, 20, size)]
    return pl.DataFrame(
        {
            "claim_row": np.repeat(np.arange(count), LINES),
            "line_number": np.tile(np.arange(1, LINES + 1), count),
            "procedure_code": used[random.integers(0, len(used), size)],
            "modifier1": marks,
            "service_day": days,
            "units_milli": random.integers(1, 4, size) * 1000,
        }
    ).with_columns(
        pl.col("modifier1").replace("", None),
        procedure_qualifier=pl.lit("HC"),
        charge_cents=pl.lit(10_000, dtype=pl.Int64),
        unit_basis=pl.lit("UN"),
        pointer1=pl.lit(1, dtype=pl.Int64),
    )


def _diagnoses(count: int, random: np.random.Generator) -> pl.DataFrame:
    size, sick = count * DIAGNOSES_A_CLAIM, np.array(diagnoses())
    position = np.tile(np.arange(1, DIAGNOSES_A_CLAIM + 1), count)
    common = sick[random.permutation(len(sick))[:4000]]
    return pl.DataFrame(
        {
            "claim_row": np.repeat(np.arange(count), DIAGNOSES_A_CLAIM),
            "position": position,
            "qualifier": np.where(position == 1, "ABK", "ABF"),
            "code": common[random.integers(0, len(common), size)],
        }
    )


def _of_shape(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    have = set(frame.columns)
    return frame.select(
        pl.col(name).cast(kind) if name in have else pl.lit(None, dtype=kind).alias(name)
        for name, kind in schema.items()
    )
