"""A seeded stream of orders for benchmarks and parity checks.

60 % passive limits (1 to 200 ticks behind the far side, geometric), 30 % cancels of a random live order, 10 %
marketable limits that cross by three ticks (the rest of them rests). Integer prices in ticks, integer quantities in
lots, price-time priority, good till cancelled, no fees.

    python order_stream.py --messages 200000 --instruments 100 --seed 7 > orders.jsonl

One JSON array a line:  ["new", instrument, order_id, "bid"|"ask", price, quantity]  or  ["cancel", instrument,
order_id].

With the defaults the right answer is 47,849 fills, total quantity 1,489,740, total notional (price x quantity)
3,051,272,427, from 140,248 new orders and 59,752 cancels. A result with other sums is wrong, however fast.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator


def order_stream(messages: int = 200_000, instruments: int = 100, seed: int = 7) -> Iterator[list]:
    """Yield the stream; it keeps small books of its own so that cancels name live orders."""
    rng = random.Random(seed)
    books = [({}, {}) for _ in range(instruments)]  # (bids, asks), each {price: {order_id: quantity}}
    maybe_live = [[] for _ in range(instruments)]
    where = [{} for _ in range(instruments)]  # order_id -> (side, price)
    next_id = 0
    for _ in range(messages):
        i = rng.randrange(instruments)
        bids, asks = books[i]
        u = rng.random()
        if 0.6 <= u < 0.9 and where[i]:
            names = maybe_live[i]
            while True:
                k = rng.randrange(len(names))
                order_id = names[k]
                live = order_id in where[i]
                names[k] = names[-1]
                names.pop()
                if live:
                    break
            side, price = where[i].pop(order_id)
            level = books[i][side][price]
            del level[order_id]
            if not level:
                del books[i][side][price]
            yield ["cancel", i, order_id]
            continue
        side = rng.randrange(2)
        next_id += 1
        far = asks if side == 0 else bids
        if u >= 0.9 and far:
            best = min(far) if side == 0 else max(far)
            price = best + 3 if side == 0 else best - 3
            quantity = rng.randint(1, 150)
        else:
            if far:
                reference = min(far) - 1 if side == 0 else max(far) + 1
            else:
                reference = 2048 + rng.randint(-5, 5)
            distance = min(int(rng.expovariate(1 / 8)), 200)
            price = reference - distance if side == 0 else reference + distance
            quantity = rng.randint(1, 100)
            price = max(64, min(4032, price))
            if far and ((side == 0 and price >= min(far)) or (side == 1 and price <= max(far))):
                price = min(far) - 1 if side == 0 else max(far) + 1
        yield ["new", i, next_id, "bid" if side == 0 else "ask", price, quantity]
        while quantity and far:
            best = min(far) if side == 0 else max(far)
            if (side == 0 and best > price) or (side == 1 and best < price):
                break
            level = far[best]
            for resting in list(level):
                there = level[resting]
                taken = min(there, quantity)
                quantity -= taken
                if taken == there:
                    del level[resting]
                    del where[i][resting]
                else:
                    level[resting] = there - taken
                if not quantity:
                    break
            if not level:
                del far[best]
        if quantity:
            books[i][side].setdefault(price, {})[next_id] = quantity
            where[i][next_id] = (side, price)
            maybe_live[i].append(next_id)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--instruments", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    for message in order_stream(args.messages, args.instruments, args.seed):
        sys.stdout.write(json.dumps(message, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
