"""The assessor's door: opinions on products that are to be sold."""

from hashlib import blake2b
from typing import Literal

from exchange.registry.commands import FileOpinion
from exchange.registry.facts import OpinionFiled
from exchange.sdk.door import REGISTRY, Door
from exchange.sdk.rooms.lines import LineMeter
from streams.deadline import DEADLINE_S


class Assessor(LineMeter, Door):
    """Gives opinions on drafted products: of their compliance first, then of their quality; and measures lines."""

    async def opine(
        self,
        product_id: str,
        version: str,
        kind: Literal["compliance", "quality"],
        *,
        passed: bool,
        report: bytes,
        statement: str,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> OpinionFiled:
        """File an opinion; of the report only its BLAKE2b-256 leaves the assessor."""
        command = FileOpinion(
            product_id=product_id,
            version=version,
            kind=kind,
            passed=passed,
            report_digest=blake2b(report, digest_size=32).digest(),
            statement=statement,
        )
        return await self._fact(OpinionFiled, "registry", REGISTRY, command, id, deadline_s)
