"""The transports that install our consumers."""

from typing import ClassVar

from faust.transport.drivers import aiokafka as driver
from faust.types.transports import ConsumerT

from streams.host.consumer import BatchConsumer, InLoopConsumer


class ThreadedTransport(driver.Transport):
    """Reads in Faust's consumer thread and hands on the stock way."""

    Consumer: ClassVar[type[ConsumerT]] = BatchConsumer


class InLoopTransport(driver.Transport):
    """Reads and hands on in the loop of the agents."""

    Consumer: ClassVar[type[ConsumerT]] = InLoopConsumer
