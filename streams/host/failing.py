"""What becomes of an agent that raised: it is not started again, and the app ends with it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from mode.supervisors import SupervisorStrategy

from exchange.kernel.errors import InvariantBroken

if TYPE_CHECKING:
    from streams.app import HostApp


class FailingSupervisor(SupervisorStrategy):
    """Ends the app. Faust's own would start the agent again at the *next* message: what it failed on were lost."""

    async def restart_services(self, services: Sequence[Any]) -> None:
        for actor in services:
            app = cast("HostApp", actor.agent.app)
            if app.should_stop:
                continue  # everything is ended then, by what is known already
            reason = actor.crash_reason
            if isinstance(reason, Exception):
                app.fail(reason)
            else:
                app.fail(InvariantBroken(f"{actor.agent.name} was cancelled from within"))
