"""A Faust agent as Faust's own documentation shows one: `async for` over the stream, `topic.send` for what follows.

Run by Faust's own command line. Bytes are handed to the agent raw, which is cheaper than Faust's codecs.
"""

import tempfile

import faust
from faust.types import EventT, StreamT

from tests.benchmarks.peers.deciding import PlainDecider, job
from tests.benchmarks.stamp import begun

JOB = job()
DATA = tempfile.TemporaryDirectory()

app = faust.App(
    JOB.group,
    broker=f"kafka://{JOB.bootstrap_servers}",
    consumer_auto_offset_reset="earliest",
    topic_allow_declare=False,
    topic_disable_leader=True,
    web_enabled=False,
    datadir=DATA.name,
)
commands = app.topic(JOB.commands, value_serializer="raw", key_serializer="raw")
facts = app.topic(JOB.facts, value_serializer="raw", key_serializer="raw")
decider = PlainDecider(JOB.first, begun)


@app.agent(commands)
async def decide(stream: StreamT[bytes]) -> None:
    """Decide one command after another."""
    event: EventT[bytes]
    async for event in stream.events():
        message = event.message
        for value in decider.decide(message.offset, round(message.timestamp * 1_000), event.value):
            await facts.send(key=message.key, value=value)


if __name__ == "__main__":
    app.main()
