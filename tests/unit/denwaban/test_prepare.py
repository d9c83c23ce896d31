"""Schema and seed are brought up when anything they depend on has changed, and not otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from denwaban import prepare
from denwaban.errors import StepFailed
from denwaban.layout import Layout

ENV = {"DENWABAN_REDIS_URL": "unix://a"}


class Steps:
    """Stands in for the commands."""

    def __init__(self, var: Path) -> None:
        self.run: list[str] = []
        self.failing = ""
        self._var = var

    async def step(
        self, _title: str, command: Sequence[str], _env: Mapping[str, str], _log: Path, _limit: float
    ) -> None:
        self.run.append(command[-1])
        if command[-1] == self.failing:
            raise StepFailed(self.failing)
        (self._var / "demo.json").write_text("{}")


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Steps:
    steps = Steps(tmp_path)
    monkeypatch.setattr(prepare, "run_step", steps.step)
    monkeypatch.setattr("denwaban.build.of_sources", lambda: "sources")
    monkeypatch.setattr("denwaban.prompts.all_there", lambda folder: not (folder / "lost").exists())
    return steps


async def start(var: Path, env: Mapping[str, str] = ENV, *, surely: bool = False) -> None:
    await prepare.prepare(Layout(var, var / "run"), env, var, lambda _line: None, surely=surely)


async def test_the_second_start_does_neither(tmp_path: Path, steps: Steps) -> None:
    await start(tmp_path)
    await start(tmp_path)
    assert steps.run == ["store.migrate", "seed"]


async def test_new_code_settings_or_seed_do_both_again(
    tmp_path: Path, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = tmp_path / "seed.toml"
    seed.write_text("one")
    monkeypatch.setenv("DENWABAN_SEED_FILE", str(seed))
    await start(tmp_path)
    for change in (
        lambda: monkeypatch.setattr("denwaban.build.of_sources", lambda: "other sources"),
        lambda: monkeypatch.setenv("DENWABAN_API_PORT", "9999"),
        lambda: seed.write_text("two"),
        lambda: (tmp_path / "demo.json").unlink(),
    ):
        steps.run.clear()
        change()
        await start(tmp_path)
        await start(tmp_path)
        assert steps.run == ["store.migrate", "seed"]


async def test_a_new_database_has_both_whatever_was_done_before(tmp_path: Path, steps: Steps) -> None:
    await start(tmp_path)
    await start(tmp_path, surely=True)
    assert steps.run == ["store.migrate", "seed"] * 2


async def test_a_failed_seed_is_done_again(tmp_path: Path, steps: Steps) -> None:
    steps.failing = "seed"
    with pytest.raises(StepFailed):
        await start(tmp_path)
    steps.failing = ""
    (tmp_path / "demo.json").write_text("{}")
    await start(tmp_path)
    assert steps.run == ["store.migrate", "seed"] * 2


async def test_announcements_that_were_lost_are_a_reason(tmp_path: Path, steps: Steps) -> None:
    await start(tmp_path)
    (tmp_path / "lost").touch()
    await start(tmp_path)
    assert steps.run == ["store.migrate", "seed"] * 2
