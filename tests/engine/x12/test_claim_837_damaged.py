"""What could be read of a damaged claim set goes out again and reads back the same, or is refused with its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.x12 import claim_837
from claimkeep.engine.x12.guides.claim_layout import Layout
from tests.engine.x12.claims import LAYOUTS, SENT, assert_same
from tests.engine.x12.test_claim_837d_reading import DENTAL
from tests.engine.x12.test_claim_837i_reading import INSTITUTIONAL

BODIES = {"institutional": INSTITUTIONAL, "dental": DENTAL}


@pytest.mark.parametrize("kind", BODIES)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_damaged_set_is_written_back_or_refused(
    kind: str, data: st.DataObject, interchange: Callable[..., bytes], disturbed: Any
) -> None:
    layout = LAYOUTS[kind]
    found, _ = claim_837.read(interchange(data.draw(disturbed(BODIES[kind])), version=layout.version))
    if not found.size:
        return
    try:
        written = claim_837.write(found, SENT).data
    except X12Error as refused:
        assert refused.place is not None and refused.place.field
        return
    back, lost = claim_837.read(written)
    assert lost == ()
    assert_same(_with_what_is_always_told(found, back, layout), back)


def _with_what_is_always_told(found: ClaimTables, back: ClaimTables, layout: Layout) -> ClaimTables:
    """What was read, with what the guide wants said where nothing was (an entity type, a qualifier)."""
    frames: dict[str, pl.DataFrame] = {"claims": found.claims, "service_lines": found.service_lines}
    for name, part in (("claims", layout.of_claim), ("service_lines", layout.line)):
        for at in (at for one in part for at in one.at if at.absent):
            again = getattr(back, name)[at.column]
            if len(again) == frames[name].height:
                was = pl.col(at.column)
                told = pl.when(was.is_null() & (again == at.absent).fill_null(False)).then(again).otherwise(was)
                frames[name] = frames[name].with_columns(told.alias(at.column))
    tables = {name: getattr(found, name) for name in ClaimTables.__dataclass_fields__}
    return ClaimTables(**(tables | frames))
