"""The official Python client against the server: python_client.py <host:port> <hub>.

Publishes to and reads from partition 0 of the hub, where the test has already put events of the Rust client, and
exits with a message when anything is not as the service would do it.
"""

import sys
import threading
import time

from azure.eventhub import EventData, EventHubConsumerClient, EventHubProducerClient
from azure.eventhub._pyamqp import _transport
from azure.eventhub.exceptions import EventHubError

# The client sets TCP_MAXSEG to what it reads, which Linux refuses for the loopback's large segments.
_transport.KNOWN_TCP_OPTS = {option for option in _transport.KNOWN_TCP_OPTS if option != "TCP_MAXSEG"}

PATIENCE = 20
ADDRESS, HUB = sys.argv[1:3]
CONNECTION = (
    f"Endpoint=sb://{ADDRESS};SharedAccessKeyName=any;SharedAccessKey=any;UseDevelopmentEmulator=true"
)
LARGE = b"0123456789" * 90_000


def producer(hub=HUB, **options):
    return EventHubProducerClient.from_connection_string(CONNECTION, eventhub_name=hub, **options)


class Reader:
    """Reads partition 0 on a thread of its own until it is closed."""

    def __init__(self, position, group="$Default", **options):
        self.events, self.errors = [], []
        self.client = EventHubConsumerClient.from_connection_string(
            CONNECTION, consumer_group=group, eventhub_name=HUB, retry_total=0
        )
        self.thread = threading.Thread(
            target=self.client.receive,
            daemon=True,
            kwargs={
                "on_event": lambda context, event: self.events.append((context, event)),
                "on_error": lambda context, error: self.errors.append(error),
                "partition_id": "0",
                "starting_position": position,
                **options,
            },
        )
        self.thread.start()

    def wait(self, count):
        wait_until(lambda: len(self.events) >= count, lambda: f"{len(self.events)} of {count} events came")
        return [event for _, event in self.events]

    def close(self):
        self.client.close()
        self.thread.join(PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def wait_until(done, otherwise):
    deadline = time.monotonic() + PATIENCE
    while not done():
        check(time.monotonic() < deadline, otherwise())
        time.sleep(0.01)


def check(holds, otherwise):
    if not holds:
        sys.exit(f"FAILED: {otherwise}")


def publish():
    with producer() as client:
        properties = client.get_eventhub_properties()
        check(properties["partition_ids"] == ["0", "1"], properties)
        batch = client.create_batch(partition_id="0")
        for number in range(20):
            event = EventData(f"python {number}")
            event.properties = {"number": number, "client": "python"}
            batch.add(event)
        client.send_batch(batch)
        client.send_batch([EventData(LARGE)], partition_id="0")
        client.send_batch([EventData("keyed")], partition_key="tenant-3")
        partition = client.get_partition_properties("0")
        check(not partition["is_empty"] and partition["last_enqueued_sequence_number"] >= 20, partition)
        return partition


def read():
    with Reader("-1", track_last_enqueued_event_properties=True) as reader:
        from_rust, *mine = reader.wait(22)[:22]
        check(from_rust.body_as_str() == "from rust", from_rust.body_as_str())
        check(from_rust.partition_key == b"tenant-1", from_rust.partition_key)
        texts = [event.body_as_str() for event in mine[:20]]
        check(texts == [f"python {number}" for number in range(20)], texts)
        check(b"".join(mine[20].body) == LARGE, "the large event changed")
        check(mine[3].properties == {b"number": 3, b"client": b"python"}, mine[3].properties)
        sequences = [event.sequence_number for event in mine]
        check(sequences == list(range(1, 22)), sequences)
        context = reader.events[-1][0]
        last = context.last_enqueued_event_properties
        check(last["sequence_number"] >= 21, last)
    return mine


def read_from_positions(mine):
    positions = [
        ({"position": 5, "inclusive": True}, 5),
        ({"position": 5, "inclusive": False}, 6),
        ({"position": mine[9].offset, "inclusive": False}, mine[10].sequence_number),
        ({"position": mine[0].enqueued_time, "inclusive": True}, None),
    ]
    for position, expected in positions:
        options = {"starting_position_inclusive": position["inclusive"]}
        with Reader(position["position"], **options) as reader:
            first = reader.wait(1)[0]
            if expected is None:
                check(first.enqueued_time >= position["position"], first)
            else:
                check(first.sequence_number == expected, (position, first.sequence_number))


def read_latest():
    with Reader("@latest", group="late") as reader:
        time.sleep(1.5)
        with producer() as client:
            client.send_batch([EventData("after latest")], partition_id="0")
        check(reader.wait(1)[0].body_as_str() == "after latest", reader.events)


def owner_levels():
    with Reader("-1", group="owned", owner_level=1) as low:
        low.wait(1)
        with Reader("-1", group="owned", owner_level=2) as high:
            high.wait(1)
            wait_until(lambda: low.errors, lambda: "the lower level was not detached")
            with Reader("-1", group="owned", owner_level=0) as lowest:
                wait_until(lambda: lowest.errors, lambda: "the lowest level was not refused")
                check(not lowest.events, "a refused receiver got events")


def unknown_hub():
    try:
        with producer("missing", retry_total=0) as client:
            client.send_batch([EventData("x")])
    except EventHubError:
        return
    check(False, "a hub that does not exist took an event")


publish()
MINE = read()
read_from_positions(MINE)
read_latest()
owner_levels()
unknown_hub()
print("python: all as expected")
