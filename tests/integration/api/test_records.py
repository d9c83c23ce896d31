"""Calls, records, recordings and who waits, as the api shows them; each tenant its own."""

from __future__ import annotations

import secrets
from pathlib import Path

from kernel.ids import CallId, PersonalId, RecordingId
from kernel.moment import after
from reports.call_fold import call_record
from store.media import RecordingStore
from store.personal import PersonalStore, PersonalText, Sealer
from store.record_rows import RecordingRow, RecordingState
from store.records import RecordStore
from tests.integration.api.office import Office
from tests.unit.reports.play import QUEUES, START
from worker.rows import record_row

SOUND = bytes(range(256)) * 40


async def know_number(acme: Office, number: int, text: str) -> None:
    sealer = Sealer.from_file(acme.settings.personal_key_file)
    await PersonalStore(acme.engine, sealer).put_many(acme.tenant, [PersonalText(PersonalId(f"p{number}"), text)])


async def recording_of(acme: Office, tmp_path: Path) -> RecordingId:
    """A recording with its file in the store."""
    media = RecordingStore(acme.settings.recordings_dir)
    source = tmp_path / "sound.wav"
    source.write_bytes(SOUND)
    stored = await media.put(media.new_name(), source)
    id = RecordingId(f"rec_{secrets.token_hex(8)}")
    await RecordStore(acme.engine).put_recording(
        RecordingRow(
            acme.tenant, id, CallId("call_1"), START, 2.5, stored.path, stored.sha256, stored.size, RecordingState.READY
        )
    )
    return id


async def test_a_call_is_seen_while_it_lives_and_afterwards_with_the_callers_number(acme: Office) -> None:
    await know_number(acme, 1, "+819012345678")
    call = acme.play.arrive()
    acme.play.answer(call, later=3.0)
    await acme.tell()
    async with acme.client() as boss:
        living = (await boss.get(f"/calls/{call}")).json()
        acme.play.hang_up(call, later=20.0)
        await acme.tell()
        over = (await boss.get(f"/calls/{call}")).json()
    assert (living["ended"], living["caller"], living["answered"]) == (None, "+819012345678", "2026-04-01T01:00:03Z")
    assert (over["outcome"], over["wait_seconds"], over["talk_seconds"]) == ("completed", 3.0, 20.0)
    assert [leg["party"] for leg in over["legs"]] == ["caller", "agent"]
    assert over["offers"][0]["outcome"] == "accepted"


async def test_the_facts_of_a_call_come_in_order_and_hold_no_number(acme: Office) -> None:
    await know_number(acme, 1, "+819012345678")
    acme.play.arrive()
    call = acme.play.arrive()
    acme.play.hang_up(call)
    await acme.tell()
    async with acme.client() as boss:
        answer = await boss.get(f"/calls/{call}/facts")
        agents = [await boss.get(f"/calls/aoki{door}") for door in ("", "/facts")]
    seqs = [fact["seq"] for fact in answer.json()["items"]]
    assert seqs == sorted(seqs) == [fact.seq for fact in acme.play.of(call)]
    assert "9012345678" not in answer.text
    assert [answer.status_code for answer in agents] == [404, 404]


async def test_who_waits_stands_in_order_with_his_number_or_without_one(acme: Office) -> None:
    await know_number(acme, 2, "+81312345678")
    for _ in range(3):
        acme.play.arrive(later=1.0)
    await acme.tell()
    await acme.shown()
    async with acme.client() as boss:
        waits = (await boss.get(f"/queues/{QUEUES[0]}/waiting")).json()["items"]
        nowhere = await boss.get("/queues/nowhere/waiting")
        queues = (await boss.get("/queues")).json()["items"]
    assert [(w["position"], w["call"], w["caller"]) for w in waits] == [
        (1, "call_1", ""),
        (2, "call_2", "+81312345678"),
        (3, "call_3", ""),
    ]
    assert [w["offered_to"] for w in waits] == [["aoki"], ["baba"], []]
    assert nowhere.status_code == 404
    assert [(q["id"], q["waiting"]) for q in queues] == [("sales", 3), ("support", 0)]


async def test_a_record_names_its_recordings_and_the_part_of_each_agent(acme: Office) -> None:
    call = acme.play.arrive()
    acme.play.answer(call, later=3.0)
    acme.play.hang_up(call, later=20.0)
    record = call_record(acme.play.of(call))
    assert record is not None
    await RecordStore(acme.engine).upsert_records(acme.tenant, [record_row(record)])
    async with acme.client() as boss:
        (shown,) = (await boss.get("/call-records")).json()["items"]
    assert shown["recordings"] == [shown["recording"]] == [f"rec_{call}"]
    assert shown["parts"] == [
        {"agent": record.agent, "talk_seconds": 20.0, "hold_seconds": 0.0, "wrap_up_seconds": 0.0}
    ]


async def test_call_records_come_in_pages_without_one_twice(acme: Office, rival: Office) -> None:
    calls = []
    for number in range(5):
        call = acme.play.arrive(later=1.0)
        acme.play.hang_up(call, later=1.0)
        calls.append(call)
        await know_number(acme, number + 1, f"+8131234567{number}")
    await acme.tell()
    records = [record for call in calls if (record := call_record(acme.play.of(call))) is not None]
    await RecordStore(acme.engine).upsert_records(acme.tenant, [record_row(record) for record in records])
    seen: list[str] = []
    async with acme.client() as boss, rival.client() as other:
        address = "/call-records?limit=2"
        while address:
            answer = await boss.get(address)
            seen += [item["call"] for item in answer.json()["items"]]
            assert all(item["caller"].startswith("+81") for item in answer.json()["items"])
            assert all(item["legs"][0]["party"] == "caller" for item in answer.json()["items"])
            cursor = answer.json()["next_cursor"]
            assert (cursor is None) == ("link" not in answer.headers)
            address = f"/call-records?limit=2&cursor={cursor}" if cursor else ""
        wrong = [await boss.get("/call-records", params={"cursor": bad}) for bad in ("x", "AAAA", "../..", "é")]
        assert (await other.get("/call-records")).json() == {"items": [], "next_cursor": None}
    assert seen == calls[::-1]
    assert [answer.status_code for answer in wrong] == [422] * 4


async def test_the_sound_of_a_recording_comes_whole_or_in_the_part_that_is_asked_for(
    acme: Office, tmp_path: Path
) -> None:
    id = await recording_of(acme, tmp_path)
    async with acme.client() as boss:
        shown = (await boss.get(f"/recordings/{id}")).json()
        whole = await boss.get(f"/recordings/{id}/audio")
        head = await boss.head(f"/recordings/{id}/audio")
        parts = {
            asked: await boss.get(f"/recordings/{id}/audio", headers={"Range": asked})
            for asked in ("bytes=0-99", "bytes=10000-", "bytes=-7", "bytes=0-999999")
        }
        behind = await boss.get(f"/recordings/{id}/audio", headers={"Range": "bytes=999999-"})
    assert shown["audio"] == f"/api/v1/recordings/{id}/audio"
    assert (shown["state"], shown["seconds"], "path" in shown) == ("ready", 2.5, False)
    assert (whole.status_code, whole.headers["content-type"], whole.content) == (200, "audio/wav", SOUND)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(SOUND)), b"")
    assert head.headers["accept-ranges"] == "bytes"
    assert {answer.status_code for answer in parts.values()} == {206}
    assert parts["bytes=0-99"].content == SOUND[:100]
    assert parts["bytes=0-99"].headers["content-range"] == f"bytes 0-99/{len(SOUND)}"
    assert parts["bytes=10000-"].content == SOUND[10000:]
    assert parts["bytes=-7"].content == SOUND[-7:]
    assert parts["bytes=0-999999"].content == SOUND
    assert (behind.status_code, behind.headers["content-range"]) == (416, f"bytes */{len(SOUND)}")
    assert behind.json()["code"] == "range_not_satisfiable"


async def test_calls_and_recordings_of_another_tenant_are_not_there(
    acme: Office, rival: Office, tmp_path: Path
) -> None:
    id = await recording_of(acme, tmp_path)
    call = acme.play.arrive()
    await acme.tell()
    doors = [f"/calls/{call}", f"/calls/{call}/facts", f"/recordings/{id}", f"/recordings/{id}/audio"]
    async with acme.client() as boss, rival.client() as other:
        assert [(await boss.get(door)).status_code for door in doors] == [200] * 4
        assert [(await other.get(door)).status_code for door in doors] == [404] * 4
        assert (await other.get("/recordings")).json()["items"] == []


async def test_a_recording_without_a_file_is_listed_but_has_no_sound(acme: Office) -> None:
    row = RecordingRow(acme.tenant, RecordingId("rec_pending"), CallId("call_1"), after(START, 5.0))
    await RecordStore(acme.engine).put_recording(row)
    async with acme.client() as boss:
        listed = (await boss.get("/recordings")).json()["items"]
        sound = await boss.get("/recordings/rec_pending/audio")
    assert [(item["recording"], item["state"], item["audio"]) for item in listed] == [("rec_pending", "pending", None)]
    assert sound.status_code == 404
