"""The text a visit is known again by says what the visit says, and nothing of what it leaves out."""

from __future__ import annotations

from claimkeep.apps.encounters.tables import Visit


def test_a_column_that_the_tables_gain_later_leaves_the_text_as_it_was() -> None:
    before = Visit({"claim_number": "CLAIMONE"}, lines=[{"procedure_code": "99213"}])
    after = Visit({"claim_number": "CLAIMONE", "drg": None}, lines=[{"procedure_code": "99213", "revenue_code": None}])
    assert before.canonical() == after.canonical()


def test_a_value_in_another_column_or_table_is_another_text() -> None:
    texts = {
        Visit({"patient_last_name": "LASTNAME"}).canonical(),
        Visit({"patient_first_name": "LASTNAME"}).canonical(),
        Visit({}, lines=[{"patient_last_name": "LASTNAME"}]).canonical(),
        Visit({}, diagnoses=[{"patient_last_name": "LASTNAME"}]).canonical(),
        Visit({}).canonical(),
    }
    assert len(texts) == 5
