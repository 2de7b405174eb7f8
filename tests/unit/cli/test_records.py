"""A stream's records as lines, out and in again."""

import pytest

from exchange.cli.records import read_record, write_records
from exchange.kernel.errors import Misuse
from exchange.kernel.time import instant
from streams.dataplane.layout import StreamRecord

NOW = instant("2026-11-02T00:00:00Z")


def test_what_is_written_is_read_again_as_it_was() -> None:
    fields = StreamRecord.__annotations__
    base = dict.fromkeys(fields, 0)
    records = [
        StreamRecord(**(base | {"seq": 0, "key": b"ship-7", "value": b"berth 3", "event_time": NOW + 1})),
        StreamRecord(**(base | {"seq": 1, "key": None, "value": b"\xff\x00", "event_time": NOW})),
        StreamRecord(**(base | {"seq": 2, "key": b"\xfe", "value": None, "event_time": NOW})),
    ]
    lines = write_records(records).splitlines()
    assert lines[0] == (
        b'{"seq":0,"event_time":"2026-11-02T00:00:00.000001Z","key":"ship-7","value":"berth 3"}'
    )
    again = [read_record(line, number, 0) for number, line in enumerate(lines, start=1)]
    assert again == [(record.key, record.value, record.event_time) for record in records]


def test_a_line_may_say_only_its_value() -> None:
    assert read_record(b'{"value": "berth 3"}', 1, NOW) == (None, b"berth 3", NOW)
    assert read_record(b'{"value": {"berth": 3}}', 1, NOW) == (None, b'{"berth":3}', NOW)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            b"berth 3",
            'line 7 cannot be read: JSON is malformed: .* expected {"value": …}, or use --format lines',
        ),
        (b"\xff", "line 7 cannot be read: "),
        (b"[1]", "line 7 cannot be read: Expected `object`, got `array`"),
        (b'{"key": "a"}', 'line 7: it has no "value"'),
        (b'{"value": 1, "colour": 2}', "line 7: 'colour' is unknown; there are event_time, key, seq, value"),
        (b'{"value": 1, "key": 2}', "line 7: key: expected text, found 2"),
        (b'{"value": 1, "event_time": "noon"}', "line 7: event_time: expected a time such as"),
        (b'{"value": 1, "event_time": "2026-11-02T00:00:00"}', "line 7: event_time"),
        (b'{"value": 1, "event_time": 5}', "line 7: event_time"),
        (b'{"value": {"base64": "?"}}', "line 7: value: '\\?' is not base64"),
    ],
)
def test_what_is_wrong_is_said_with_the_line(line: bytes, said: str) -> None:
    with pytest.raises(Misuse, match=said):
        read_record(line, 7, NOW)
