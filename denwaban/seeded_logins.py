"""The logins of a seed: made once, and left alone where somebody has changed or removed them since."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from denwaban import demo_file
from kernel.ids import TenantId
from store.logins import Login, LoginStore
from store.seeds import SeededLogin


class Logins:
    """The logins of one tenant, or of the platform, during one seeding. `said` is what the seed last made."""

    def __init__(
        self,
        store: LoginStore,
        tenant: TenantId,
        said: Mapping[str, SeededLogin],
        marks: Mapping[str, str],
        tell: Callable[[str], None],
    ) -> None:
        self._store = store
        self._tenant = tenant
        self._said = said
        self._marks = marks
        self._tell = tell
        self._ours: list[Login] = []

    async def have(self, login: Login, old: demo_file.Login | None, *, sure: bool) -> demo_file.Login:
        """Have the login with its old password when it still holds, else with a fresh one.

        `sure`: the old password needs no proof (a tenth of a second each), only that the login is there. One that
        somebody has changed or removed is left as it is: nobody tells us its password, so none is given.
        """
        held = await self._store.get(login.tenant, login.login)
        if self._is_somebodys(login.login, held):
            return demo_file.Login(tenant=login.tenant, login=login.login, password="")
        self._ours.append(login)
        if held == login and old is not None and await self._holds(login, old, sure):
            return old
        fresh = demo_file.Login(tenant=login.tenant, login=login.login, password=demo_file.fresh_secret())
        await self._store.put(login, fresh.password)
        self._tell(f"login {login.login} of {login.tenant}")
        return fresh

    async def _holds(self, login: Login, old: demo_file.Login, sure: bool) -> bool:
        if old.login != login.login or not old.password:
            return False
        return sure or await self._store.check(login.tenant, login.login, old.password) is not None

    def _is_somebodys(self, name: str, held: Login | None) -> bool:
        said = self._said.get(name)
        return said is not None and (said.of(self._tenant) != held or said.mark != self._marks.get(name))

    async def said_now(self) -> tuple[SeededLogin, ...]:
        """What the seed has made by now, for the next one."""
        marks = await self._store.marks(self._tenant)
        ours = {
            login.login: SeededLogin(login.login, login.role, login.agent, login.licence, marks[login.login])
            for login in self._ours
        }
        return tuple({**self._said, **ours}.values())
