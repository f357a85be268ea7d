"""Answers on the way: each moves the claims it speaks of forward, never back, and strangers are counted."""

from __future__ import annotations

import itertools

import pytest

from claimkeep.apps.claims import queries
from claimkeep.apps.claims.actions import acknowledge
from claimkeep.apps.claims.actions.acknowledge import Acknowledged
from claimkeep.apps.claims.models import TRANSPORT, Claim, ClaimEvent, Submission, SubmissionFile
from tests.apps.payer import claim_answers, implementation, ta1
from tests.apps.world import NOW, Place, person, visit


@pytest.fixture
def sent(here: Place) -> Place:
    """Three claims in one file, the third under another billing provider and so in a set of its own."""
    other = {"billing_provider_npi": "1999999984", "billing_provider_last_name": "OTHERBILLING"}
    here.claims(visit(**person(1)), visit(**person(2)), visit(**person(3), **other))
    return here


def file() -> SubmissionFile:
    """The file that was sent."""
    return SubmissionFile.objects.get()


def answer(here: Place, data: bytes) -> Acknowledged:
    """A file of answers is worked."""
    return acknowledge.acknowledge(here.keep(data), actor=here.actor, now=NOW)


def states() -> list[str]:
    """Where the claims stand, in order of their numbers."""
    return list(Claim.objects.order_by("number").values_list("transport", flat=True))


def sets() -> list[str]:
    """The control numbers of the sets in the file."""
    return sorted(set(Submission.objects.values_list("transaction_control_number", flat=True)))


def test_an_accepted_interchange_moves_all_its_claims(sent: Place) -> None:
    assert answer(sent, ta1(file())).moved == 3
    assert states() == ["interchange_accepted"] * 3


def test_a_rejected_interchange_rejects_all_its_claims_for_rework(sent: Place) -> None:
    assert answer(sent, ta1(file(), "R", "022")).moved == 3
    assert states() == ["interchange_rejected"] * 3
    assert set(Claim.objects.values_list("recovery", flat=True)) == {"rework"}
    assert set(ClaimEvent.objects.filter(axis="recovery").values_list("code", flat=True)) == {"022"}


def test_an_accepted_group_moves_each_of_its_sets(sent: Place) -> None:
    assert answer(sent, implementation(file(), {n: "A" for n in sets()})) == Acknowledged(3, 0, ())
    assert states() == ["group_accepted"] * 3


def test_a_group_rejected_whole_rejects_every_claim(sent: Place) -> None:
    assert answer(sent, implementation(file(), {}, whole="R")).moved == 3
    assert states() == ["group_rejected"] * 3


def test_a_group_accepted_in_part_rejects_only_the_claims_of_the_bad_set(sent: Place) -> None:
    bad = Submission.objects.filter(version__claim__number="CK00000002").get().transaction_control_number
    in_bad = set(
        Submission.objects.filter(transaction_control_number=bad).values_list("version__claim__number", flat=True)
    )
    verdicts = {n: "R" if n == bad else "A" for n in sets()}
    answer(sent, implementation(file(), verdicts))
    for claim in Claim.objects.all():
        assert claim.transport == ("group_rejected" if claim.number in in_bad else "group_accepted")
        assert claim.recovery == ("rework" if claim.number in in_bad else "none")


def test_a_claim_is_accepted_or_refused_by_the_clearinghouse_and_then_by_the_payer(sent: Place) -> None:
    verdicts = {"CK00000001": "A1:19", "CK00000002": "A7:164:IL"}
    assert answer(sent, claim_answers(verdicts)).moved == 2
    assert states() == ["clearinghouse_accepted", "clearinghouse_rejected", "sent"]
    assert answer(sent, claim_answers({"CK00000001": "A2:20"}, from_payer=True)).moved == 1
    assert answer(sent, claim_answers({"CK00000003": "A3:21"}, from_payer=True, control=9)).moved == 1
    assert states() == ["payer_accepted", "clearinghouse_rejected", "payer_rejected"]
    assert ClaimEvent.objects.get(state="clearinghouse_rejected").code == "A7:164"


def test_answers_in_any_order_end_at_the_furthest(sent: Place) -> None:
    mine = {"CK00000001": "A1:19"}
    files = [
        ta1(file()),
        implementation(file(), {n: "A" for n in sets()}),
        claim_answers(mine),
        claim_answers({"CK00000001": "A2:20"}, from_payer=True, control=703),
    ]
    kept = [sent.keep(data) for data in files]
    for order in itertools.permutations(kept):
        Claim.objects.update(transport="sent")
        for each in order:
            before = TRANSPORT.index(states()[0])
            acknowledge.acknowledge(each, actor=sent.actor, now=NOW)
            assert TRANSPORT.index(states()[0]) >= before
        assert states() == ["payer_accepted", "group_accepted", "group_accepted"]


def test_an_answer_that_comes_again_moves_nothing(sent: Place) -> None:
    answer(sent, claim_answers({"CK00000001": "A1:19"}))
    steps = ClaimEvent.objects.count()
    assert answer(sent, claim_answers({"CK00000001": "A1:19"}, control=999)) == Acknowledged(0, 0, ())
    assert answer(sent, ta1(file())).moved == 2
    assert ClaimEvent.objects.count() == steps + 2
    assert states()[0] == "clearinghouse_accepted"


def test_a_claim_answered_twice_in_one_file_takes_the_further_step(sent: Place) -> None:
    data = ta1(file()) + implementation(file(), {n: "A" for n in sets()})
    assert answer(sent, data).moved == 6
    assert states() == ["group_accepted"] * 3


@pytest.mark.parametrize("number", ["999999999", "0", "²", "x", "1" * 30, "1" * 5000, "-1", "１"])
def test_numbers_of_nothing_we_sent_are_counted_and_move_nothing(sent: Place, number: str) -> None:
    data = ta1(file(), number=number) + implementation(file(), {"0001": "A"}, group=number)
    got = answer(sent, data)
    assert got.moved == 0
    assert got.unknown + len(got.skipped) >= 1
    assert states() == ["sent"] * 3


def test_a_claim_of_another_practice_is_a_stranger(sent: Place, elsewhere: Place) -> None:
    theirs = elsewhere.claims(visit())[0]
    assert theirs.number == "CK00000001"
    answer(sent, claim_answers({theirs.number: "A7:164"}))
    theirs.refresh_from_db()
    assert theirs.transport == "sent"
    assert Claim.objects.get(practice_id=sent.actor.practice_id, number="CK00000001").transport == (
        "clearinghouse_rejected"
    )


def test_after_every_answer_the_states_are_what_the_events_say(sent: Place) -> None:
    answer(sent, ta1(file()))
    answer(sent, implementation(file(), dict.fromkeys(sets(), "A")))
    answer(sent, claim_answers({"CK00000001": "A1:19", "CK00000002": "A7:164"}))
    for claim in Claim.objects.all():
        replayed = queries.replayed(queries.events(sent.actor, claim.pk))
        assert replayed.items() <= {axis: getattr(claim, axis) for axis in replayed}.items()
        assert replayed["transport"] == claim.transport
