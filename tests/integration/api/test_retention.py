"""Recordings that are no longer kept, and those that an admin deletes: gone at once, with a tombstone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from kernel.ids import RecordingId
from tests.integration.api.office import Office
from tests.integration.api.test_records import recording_of

LATER = datetime.now(UTC) + timedelta(days=1)
BEFORE = datetime.now(UTC) - timedelta(seconds=1)


async def ending(acme: Office, tmp_path: Path, ends: datetime | None) -> RecordingId:
    """A recording with its file, whose time is over at `ends`."""
    id = await recording_of(acme, tmp_path)
    async with acme.engine.begin() as connection:
        statement = text("UPDATE recordings SET expires_at = :ends, clause = 'CSM-F12' WHERE recording = :id")
        await connection.execute(statement, {"ends": ends, "id": id})
    return id


async def test_what_has_run_out_is_gone_from_its_moment_on_even_before_the_worker_comes(
    acme: Office, tmp_path: Path
) -> None:
    kept, gone, endless = [await ending(acme, tmp_path, ends) for ends in (LATER, BEFORE, None)]
    async with acme.client() as boss:
        listed = (await boss.get("/recordings")).json()["items"]
        over = (await boss.get("/recordings", params={"state": "expired"})).json()["items"]
        ready = (await boss.get("/recordings", params={"state": "ready"})).json()["items"]
        shown = await boss.get(f"/recordings/{gone}")
        sound = await boss.get(f"/recordings/{gone}/audio")
        head = await boss.head(f"/recordings/{gone}/audio")
        heard = await boss.get(f"/recordings/{kept}/audio")
        unknown = await boss.get("/recordings", params={"state": "lost"})
    assert {item["recording"] for item in listed} == {item["recording"] for item in ready} == {kept, endless}
    assert [item["recording"] for item in over] == [gone]
    assert (shown.status_code, shown.json()["state"], shown.json()["audio"]) == (200, "expired", None)
    assert (shown.json()["clause"], shown.json()["expires_at"] is None) == ("CSM-F12", False)
    assert (sound.status_code, sound.json()["code"], head.status_code) == (410, "recording_expired", 410)
    assert sound.json()["sentence"]["ja"]
    assert heard.status_code == 200
    assert unknown.status_code == 422


async def test_an_admin_deletes_at_once_and_a_tombstone_says_who_and_why(acme: Office, tmp_path: Path) -> None:
    id = await ending(acme, tmp_path, LATER)
    async with acme.client("admin") as admin:
        gone = await admin.delete(f"/recordings/{id}", params={"reason": "caller_asked"})
        again = await admin.delete(f"/recordings/{id}")
        shown = (await admin.get(f"/recordings/{id}")).json()
        sound = await admin.get(f"/recordings/{id}/audio")
        listed = (await admin.get("/recordings")).json()["items"]
        deleted = (await admin.get("/recordings?state=deleted")).json()["items"]
    assert (gone.status_code, gone.content) == (204, b"")
    assert (again.status_code, again.json()["code"]) == (410, "recording_deleted")
    assert (shown["state"], shown["deleted_by"], shown["reason"]) == ("deleted", "admin", "caller_asked")
    assert shown["deleted_at"] is not None
    assert (sound.status_code, sound.json()["code"]) == (410, "recording_deleted")
    assert (listed, [item["recording"] for item in deleted]) == ([], [id])
    async with acme.engine.begin() as connection:
        query = text("SELECT key FROM jobs WHERE tenant = :tenant AND kind = 'erase_recording'")
        assert (await connection.execute(query, {"tenant": acme.tenant})).scalars().all() == [id]


@pytest.mark.parametrize("login", ["supervisor", "aoki"])
async def test_only_an_admin_may_delete(acme: Office, tmp_path: Path, login: str) -> None:
    id = await ending(acme, tmp_path, LATER)
    async with acme.client(login) as person:
        refused = await person.delete(f"/recordings/{id}")
        sound = await person.get(f"/recordings/{id}/audio")
    assert (refused.status_code, refused.json()["code"], sound.status_code) == (403, "forbidden", 200)


async def test_a_recording_of_another_tenant_cannot_be_deleted(acme: Office, rival: Office, tmp_path: Path) -> None:
    id = await ending(acme, tmp_path, LATER)
    async with rival.client("admin") as stranger, acme.client() as boss:
        assert (await stranger.delete(f"/recordings/{id}")).status_code == 404
        assert (await boss.get(f"/recordings/{id}/audio")).status_code == 200


async def test_a_reason_in_ones_own_words_is_not_taken(acme: Office, tmp_path: Path) -> None:
    """They might tell of a person; the tombstone stays for ever."""
    id = await ending(acme, tmp_path, LATER)
    async with acme.client("admin") as admin:
        refused = await admin.delete(f"/recordings/{id}", params={"reason": "Mr Sato of 090-1234-5678 asked"})
    assert refused.status_code == 422
    assert "Sato" not in refused.text
