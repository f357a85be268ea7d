"""Every guide compiles, is found by each version it answers, and takes the valid files of others as they are."""

from __future__ import annotations

import pytest

from claimkeep.engine.x12.guides.compile import compiled
from claimkeep.engine.x12.guides.known import GUIDES, find
from claimkeep.engine.x12.guides.schema import Guide, Loop, Segment


def segments(loop: Loop) -> list[Segment]:
    found: list[Segment] = []
    for child in loop.children:
        found += segments(child) if isinstance(child, Loop) else [child]
    return found


def name(guide: Guide) -> str:
    return f"{guide.sets}-{guide.version}"


@pytest.mark.parametrize("guide", GUIDES, ids=name)
def test_a_guide_is_found_by_each_of_its_versions(guide: Guide) -> None:
    for version in guide.versions:
        found = find(version, guide.sets)
        assert found is not None and found.guide is guide


@pytest.mark.parametrize("guide", GUIDES, ids=name)
def test_the_st_of_a_guide_names_its_set_and_every_version(guide: Guide) -> None:
    header = guide.root.trigger
    if header.id == "ST":
        assert header.elements[0].codes == {guide.sets}
        assert len(header.elements) < 3 or header.elements[2].codes == guide.versions


@pytest.mark.parametrize("guide", GUIDES, ids=name)
def test_no_segment_of_a_guide_ends_in_an_element_that_is_not_used(guide: Guide) -> None:
    for segment in segments(guide.root):
        if len(segment.elements) > 1:
            assert segment.elements[-1].usage != "-", segment.id


@pytest.mark.parametrize("guide", GUIDES, ids=name)
def test_every_code_fits_the_length_of_its_element(guide: Guide) -> None:
    for segment in segments(guide.root):
        for element in (part for one in segment.elements for part in (one.parts or (one,))):
            assert all(element.least <= len(code) <= element.most for code in element.codes), segment.id


@pytest.mark.parametrize("guide", GUIDES, ids=name)
def test_a_guide_compiles_to_a_row_an_element(guide: Guide) -> None:
    tables = compiled(guide)
    assert len(tables.nodes) >= len(guide.root.children) - sum(isinstance(c, Loop) for c in guide.root.children)
    assert all(tables.rows.fits[node.row + 1 : node.row + 2].any() for node in tables.nodes)
