"""Who is recorded, and how the files are called."""

from __future__ import annotations

import pytest

from kernel.ids import RecordingId
from recording.naming import heard, joined, sent
from recording.policy import should_record


@pytest.mark.parametrize(("wanted", "rights"), [(True, False), (False, True), (False, False)])
def test_nobody_is_recorded_without_the_wish_and_the_right(wanted: bool, rights: bool) -> None:
    assert should_record(True, True)
    assert not should_record(wanted, rights)


def test_the_names_are_made_of_the_id_alone_and_differ() -> None:
    id = RecordingId("rec_01J")
    assert (heard(id), sent(id), joined(id)) == ("rec_01J-in.wav", "rec_01J-out.wav", "rec_01J.wav")


@pytest.mark.parametrize("bad", ["../etc/passwd", "", "a/b", "a b", "a\n", "x" * 65, "名前"])
def test_an_id_that_could_leave_its_folder_gets_no_name(bad: str) -> None:
    for name in (heard, sent, joined):
        with pytest.raises(ValueError, match="may hold only"):
            name(RecordingId(bad))
