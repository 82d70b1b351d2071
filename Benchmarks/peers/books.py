"""Python's books on the feed that our rows run on.

    books.py FOLDER (hftbacktest|nautilus-apply|nautilus-json|ccxt-json)

Prints one line of JSON: nanoseconds a message (median of the rounds) and the hash of the best bid's
ticks and the best ask's lots after each message, which must be the one in expected.json.
"""

import json
import statistics
import sys
import time

TICK, LOT = 0.1, 0.001
MASK = (1 << 64) - 1
ROUNDS = 5


def fold(hash, value):
    return ((hash ^ (value & MASK)) * 0x100000001B3) & MASK


def quote(bid_price, ask_size):
    """The same term that our rows fold."""
    return round(bid_price / TICK) ^ round(ask_size / LOT)


def texts(folder):
    with open(folder + "/feed.ndjson") as file:
        return file.read().splitlines()


def hftbacktest(folder):
    """Decoded events through the engine's local book, one message a step, quote read after each."""
    import numpy as np
    from numba import njit, uint64
    import hftbacktest as h

    messages = [json.loads(text) for text in texts(folder)]
    assert all(m["type"] == "delta" for m in messages[1:]), "one snapshot, then deltas"
    step = 1_000_000
    rows = []
    for i, message in enumerate(messages):
        for side, flag in (("b", h.BUY_EVENT), ("a", h.SELL_EVENT)):
            for price, size in message["data"][side]:
                event = h.DEPTH_EVENT | h.LOCAL_EVENT | flag
                at = (i + 1) * step
                rows.append((event, at, at, float(price), float(size), 0, 0, 0.0))
    data = np.array(rows, dtype=h.event_dtype)
    prices = data["px"]

    @njit
    def run(hbt, count):
        hash = uint64(1)
        for i in range(count):
            # The engine's clock begins with the first event.
            hbt.elapse(1_000_000 if i > 0 else 0)
            depth = hbt.depth(0)
            # Its best_ask_qty is the best ask's price in 2.4.4.
            lots = round(depth.ask_qty_at_tick(depth.best_ask_tick) / LOT)
            hash = (hash ^ uint64(depth.best_bid_tick ^ int(lots))) * uint64(0x100000001B3)
        return hash

    def once():
        asset = (
            h.BacktestAsset().data(data).linear_asset(1.0).constant_order_latency(0, 0)
            .risk_adverse_queue_model().no_partial_fill_exchange().trading_value_fee_model(0, 0)
            .tick_size(TICK).lot_size(LOT)
            .roi_lb(float(prices.min()) - 100).roi_ub(float(prices.max()) + 100)
        )
        hbt = h.ROIVectorMarketDepthBacktest([asset])
        start = time.perf_counter_ns()
        hash = run(hbt, len(messages))
        spent = time.perf_counter_ns() - start
        hbt.close()
        return spent / len(messages), int(hash)

    return once


def nautilus(folder, decodes):
    """The adapter's own decoder and parser into OrderBookDeltas, and its OrderBook."""
    import msgspec
    from nautilus_trader.adapters.bybit.schemas.ws import decoder_ws_orderbook
    from nautilus_trader.model.book import OrderBook
    from nautilus_trader.model.enums import BookType
    from nautilus_trader.model.identifiers import InstrumentId

    raw = [text.encode() for text in texts(folder)]
    name = InstrumentId.from_str("BTCUSDT-LINEAR.BYBIT")
    decoder = decoder_ws_orderbook()

    def parse(text):
        message = decoder.decode(text)
        return message.data.parse_to_deltas(
            instrument_id=name, price_precision=1, size_precision=3,
            ts_event=message.ts * 1_000_000, ts_init=message.ts * 1_000_000,
            snapshot=message.type == "snapshot",
        )

    parsed = None if decodes else [parse(text) for text in raw]

    def once():
        book = OrderBook(name, BookType.L2_MBP)
        prices, sizes = [], []
        start = time.perf_counter_ns()
        if decodes:
            for text in raw:
                book.apply_deltas(parse(text))
                prices.append(book.best_bid_price())
                sizes.append(book.best_ask_size())
        else:
            for deltas in parsed:
                book.apply_deltas(deltas)
                prices.append(book.best_bid_price())
                sizes.append(book.best_ask_size())
        spent = time.perf_counter_ns() - start
        hash = 1
        for price, size in zip(prices, sizes):
            hash = fold(hash, quote(float(price), float(size)))
        return spent / len(raw), hash

    return once


def ccxt_json(folder):
    """json.loads and the exchange's handler; best levels are the first of the sorted sides."""
    import ccxt.pro

    raw = texts(folder)

    class Client:
        url = "wss://stream.bybit.com/v5/public/linear"

        def resolve(self, *_):
            pass

    exchange = ccxt.pro.bybit({"enableRateLimit": False})
    market = exchange.safe_market_structure({
        "id": "BTCUSDT", "symbol": "BTC/USDT:USDT", "base": "BTC", "quote": "USDT",
        "settle": "USDT", "type": "swap", "swap": True, "contract": True, "linear": True,
    })
    exchange.set_markets([market])
    client = Client()

    def once():
        exchange.orderbooks = {}
        prices, sizes = [], []
        start = time.perf_counter_ns()
        for text in raw:
            exchange.handle_order_book(client, json.loads(text))
            book = exchange.orderbooks["BTC/USDT:USDT"]
            prices.append(book["bids"][0][0])
            sizes.append(book["asks"][0][1])
        spent = time.perf_counter_ns() - start
        hash = 1
        for price, size in zip(prices, sizes):
            hash = fold(hash, quote(price, size))
        return spent / len(raw), hash

    return once


def main():
    folder, which = sys.argv[1], sys.argv[2]
    once = {
        "hftbacktest": hftbacktest,
        "nautilus-apply": lambda folder: nautilus(folder, False),
        "nautilus-json": lambda folder: nautilus(folder, True),
        "ccxt-json": ccxt_json,
    }[which](folder)
    _, hash = once()
    times = [once()[0] for _ in range(ROUNDS)]
    print(json.dumps({"p50": statistics.median(times), "hash": format(hash, "x")}))


if __name__ == "__main__":
    main()
