"""Every guide we judge by, and which one a functional group names."""

from __future__ import annotations

from functools import cache

from claimkeep.engine.x12.guides import (
    application_advice_824,
    claim_837d,
    claim_837i,
    claim_837p,
    claim_acknowledgment_277,
    claim_status_276,
    claim_status_277,
    eligibility_270,
    eligibility_271,
    enrolment_834,
    g005010x231a1,
    interchange_acknowledgment,
    premium_820,
    remittance_835,
    review_278,
)
from claimkeep.engine.x12.guides.compile import Compiled, compiled
from claimkeep.engine.x12.guides.schema import Guide

GUIDES: tuple[Guide, ...] = (
    claim_837p.GUIDE,
    claim_837i.GUIDE,
    claim_837d.GUIDE,
    remittance_835.GUIDE,
    g005010x231a1.GUIDE,
    interchange_acknowledgment.GUIDE,
    claim_acknowledgment_277.GUIDE,
    claim_status_276.GUIDE,
    claim_status_277.GUIDE,
    eligibility_270.GUIDE,
    eligibility_271.GUIDE,
    review_278.GUIDE,
    application_advice_824.GUIDE,
    enrolment_834.GUIDE,
    premium_820.GUIDE,
)


def find(version: str, sets: str) -> Compiled | None:
    """The guide of this version (GS08 or ST03) for this set (ST01), ready to judge with; None where we have none."""
    at = _by_version().get((version, sets))
    return None if at is None else _compiled(at)


@cache
def _by_version() -> dict[tuple[str, str], int]:
    return {(version, one.sets): at for at, one in enumerate(GUIDES) for version in one.versions}


@cache
def _compiled(at: int) -> Compiled:
    return compiled(GUIDES[at])
