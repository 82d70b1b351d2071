"""pybit, unchanged, against a loopback venue: python bybit_client.py PORT CA_FILE

Only the addresses and the authority are ours; every word of the protocol is pybit's. Prints one
line for each step that worked and ends with "all well", or raises at the first that did not.
"""

import logging
import os
import sys
import threading
import time

PORT, AUTHORITY = sys.argv[1], sys.argv[2]
# Before the library looks at it.
os.environ["WEBSOCKET_CLIENT_CA_BUNDLE"] = AUTHORITY

from pybit import _http_manager, _websocket_stream, _websocket_trading, unified_trading
from pybit.exceptions import InvalidRequestError

HOST = f"localhost:{PORT}"
_http_manager.HTTP_URL = f"https://{HOST}"
unified_trading.PRIVATE_WSS = f"wss://{HOST}/v5/private"
unified_trading.PUBLIC_WSS = f"wss://{HOST}/v5/public/{{CHANNEL_TYPE}}"
_websocket_trading.TRADE_WSS = f"wss://{HOST}/v5/trade"
logging.disable(logging.WARNING)

# pybit notes whom an answer is for after it has sent the request, and stumbles over an answer that
# is faster than that. No venue far away is; this one is, so that reading waits for the noting.
NOTING = threading.RLock()


def locked(owner, name):
    """Runs a method of pybit's under the one lock."""
    method = getattr(owner, name)

    def run(*arguments, **named):
        with NOTING:
            return method(*arguments, **named)

    setattr(owner, name, run)


locked(_websocket_stream._WebSocketManager, "_on_message")
locked(_websocket_stream._V5WebSocketManager, "subscribe")
locked(_websocket_trading._V5TradeWebSocketManager, "_send_order_operation")

KEYS = {"api_key": "loopback", "api_secret": "loopback-secret", "testnet": False}
SYMBOL = {"category": "linear", "symbol": "BTCUSDT"}


class Inbox:
    """Messages of one kind, with the wish for one of them."""

    def __init__(self):
        self.messages = []
        self.changed = threading.Condition()

    def take(self, message):
        with self.changed:
            self.messages.append(message)
            self.changed.notify_all()

    def wait(self, wanted=lambda message: True, seconds=20):
        """The first message that is wanted."""
        limit = time.monotonic() + seconds
        with self.changed:
            while True:
                for message in self.messages:
                    if wanted(message):
                        return message
                left = limit - time.monotonic()
                assert left > 0 and self.changed.wait(left), f"silence after {self.messages[-2:]}"

    def entry(self, **members):
        """The first entry of a topic's data with these members."""
        def find(message):
            data = message["data"] if isinstance(message["data"], list) else [message["data"]]
            for entry in data:
                if all(entry.get(name) == value for name, value in members.items()):
                    return entry
            return None
        return find(self.wait(find))


def said(step):
    print(step, flush=True)


def refused(code, call, **fields):
    """Expects pybit to raise the venue's code."""
    try:
        call(**fields)
    except InvalidRequestError as error:
        assert error.status_code == code, f"{error.status_code} in place of {code}: {error}"
    else:
        raise AssertionError(f"{code} was expected for {fields}")


# Public lists.
http = unified_trading.HTTP(**KEYS)
http.client.verify = AUTHORITY
clock = http.get_server_time()["result"]
assert abs(int(clock["timeNano"]) / 1e9 - time.time()) < 5
instrument = http.get_instruments_info(**SYMBOL)["result"]["list"][0]
assert instrument["priceFilter"]["tickSize"] and instrument["status"] == "Trading"
book = http.get_orderbook(**SYMBOL, limit=50)["result"]
bid, ask = float(book["b"][0][0]), float(book["a"][0][0])
assert bid < ask and len(book["b"]) <= 50
bars = http.get_kline(**SYMBOL, interval=1, limit=10)["result"]["list"]
assert len(bars) == 10 and int(bars[0][0]) > int(bars[1][0])
ticker = http.get_tickers(**SYMBOL)["result"]["list"][0]
assert float(ticker["markPrice"]) and float(ticker["fundingRate"])
assert http.get_funding_rate_history(**SYMBOL, limit=3)["result"]["list"][2]["fundingRate"]
limits = http.get_price_limit(**SYMBOL)["result"]
assert float(limits["sellLmt"]) < bid < ask < float(limits["buyLmt"])
assert http.get_risk_limit(**SYMBOL)["result"]["list"][0]["maxLeverage"]
said("public lists")

# Sockets.
public = unified_trading.WebSocket(channel_type="linear", testnet=False)
books, tape, quotes = Inbox(), Inbox(), Inbox()
public.orderbook_stream(50, "BTCUSDT", books.take)
public.trade_stream("BTCUSDT", tape.take)
public.ticker_stream("BTCUSDT", quotes.take)
books.wait(lambda message: message["type"] == "snapshot")
books.wait(lambda message: message["type"] == "delta" or len(books.messages) > 3)
tape.wait(lambda message: message["data"])
assert float(quotes.wait()["data"]["markPrice"])
said("public socket")

private = unified_trading.WebSocket(channel_type="private", **KEYS, private_auth_expire=5)
orders, fills, quick, positions, wallets = (Inbox() for _ in range(5))
private.order_stream(orders.take)
private.execution_stream(fills.take)
private.fast_execution_stream(quick.take)
private.position_stream(positions.take)
private.wallet_stream(wallets.take)
trading = unified_trading.WebSocketTrading(**KEYS, recv_window=5000, private_auth_expire=5)


def trade(call, wants=0, **fields):
    """One operation on the trade socket and its answer."""
    answers = Inbox()
    call(answers.take, error_callback=answers.take, **SYMBOL, **fields)
    answer = answers.wait()
    assert answer["retCode"] == wants, answer
    assert int(answer["header"]["Timenow"])
    return answer


limit = time.monotonic() + 10
while not trading.auth and time.monotonic() < limit:
    time.sleep(0.01)
assert trading.auth, "the trade socket did not log in"
low = f"{bid * 0.98:.1f}"
lower = f"{bid * 0.97:.1f}"
rest = {"side": "Buy", "orderType": "Limit", "qty": "0.010", "price": low, "timeInForce": "PostOnly"}
placed = trade(trading.place_order, **rest, orderLinkId="ws-1")["data"]
assert placed["orderLinkId"] == "ws-1"
assert orders.entry(orderLinkId="ws-1", orderStatus="New")["price"] == low
trade(trading.amend_order, orderLinkId="ws-1", price=lower, qty="0.020")
orders.entry(orderLinkId="ws-1", price=lower, qty="0.020")
listed = http.get_open_orders(**SYMBOL, orderLinkId="ws-1")["result"]["list"]
assert [order["orderId"] for order in listed] == [placed["orderId"]]
trade(trading.place_order, wants=110072, **rest, orderLinkId="ws-1")
trade(trading.cancel_order, orderId=placed["orderId"])
orders.entry(orderLinkId="ws-1", orderStatus="Cancelled", cancelType="CancelByUser")
trade(trading.cancel_order, wants=110001, orderLinkId="never-was")
said("trade socket: place, amend, cancel")


def batch(call, *entries):
    """A batch on the trade socket; its codes."""
    answers = Inbox()
    request = [{"symbol": "BTCUSDT", **entry} for entry in entries]
    call(answers.take, category="linear", request=request)
    answer = answers.wait()
    assert len(answer["data"]["list"]) == len(entries)
    return [entry["code"] for entry in answer["retExtInfo"]["list"]]


twins = [{**rest, "orderLinkId": name} for name in ("b-1", "b-2", "b-1")]
assert batch(trading.place_batch_order, *twins) == [0, 0, 110072]
moves = [{"orderLinkId": name, "price": lower} for name in ("b-1", "b-2")]
assert batch(trading.amend_batch_order, *moves) == [0, 0]
ends = [{"orderLinkId": name} for name in ("b-1", "b-2", "b-3")]
assert batch(trading.cancel_batch_order, *ends) == [0, 0, 110001]
orders.entry(orderLinkId="b-2", orderStatus="Cancelled")
said("trade socket: batches")

# The same by HTTP, and a fill.
http.place_order(**SYMBOL, **rest, orderLinkId="h-1")
http.amend_order(**SYMBOL, orderLinkId="h-1", price=lower)
assert http.get_open_orders(**SYMBOL)["result"]["list"][0]["price"] == lower
http.cancel_order(**SYMBOL, orderLinkId="h-1")
refused(110010, http.cancel_order, **SYMBOL, orderLinkId="h-1")
refused(10001, http.place_order, **SYMBOL, **{**rest, "qty": "0.0005"})
entries = [{"symbol": "BTCUSDT", **rest, "orderLinkId": f"hb-{i}"} for i in range(2)]
done = http.place_batch_order(category="linear", request=entries)
assert [entry["code"] for entry in done["retExtInfo"]["list"]] == [0, 0]
assert len(http.cancel_all_orders(**SYMBOL)["result"]["list"]) == 2
http.place_order(**SYMBOL, side="Buy", orderType="Market", qty="0.010", orderLinkId="m-1")
fill = fills.entry(orderLinkId="m-1", execType="Trade")
assert quick.entry(execId=fill["execId"])["execPrice"] == fill["execPrice"]
assert float(positions.entry(symbol="BTCUSDT", side="Buy")["size"]) > 0
assert float(wallets.wait()["data"][0]["coin"][0]["walletBalance"]) > 0
counted = unified_trading.HTTP(**KEYS, return_response_headers=True)
counted.client.verify = AUTHORITY
places = [
    counted.place_order(**SYMBOL, **rest, orderLinkId=f"n-{i}")[2]["X-Bapi-Limit-Status"]
    for i in range(2)
]
assert int(places[1]) < int(counted.cancel_order(**SYMBOL, orderLinkId="n-0")[2]["X-Bapi-Limit"])
http.cancel_order(**SYMBOL, orderLinkId="n-1")
said("HTTP: place, amend, cancel, batch, fill")

past = http.get_order_history(**SYMBOL, limit=50)["result"]["list"]
assert {"ws-1", "b-1", "h-1", "m-1"} <= {order["orderLinkId"] for order in past}
mine = http.get_executions(**SYMBOL, orderLinkId="m-1")["result"]["list"]
held = http.get_positions(**SYMBOL)["result"]["list"][0]
assert abs(sum(float(entry["execQty"]) for entry in mine) - float(held["size"])) < 1e-9
coin = http.get_wallet_balance(accountType="UNIFIED")["result"]["list"][0]["coin"][0]
assert coin["coin"] == "USDT"
assert http.get_account_info()["result"]["unifiedMarginStatus"]
assert http.get_public_trade_history(**SYMBOL, limit=5)["result"]["list"]
http.place_order(
    **SYMBOL, side="Sell", orderType="Market", qty="1.000", reduceOnly=True, orderLinkId="m-2"
)
fills.entry(orderLinkId="m-2")
orders.entry(orderLinkId="m-2", orderStatus="Filled")
held = http.get_positions(**SYMBOL)["result"]["list"][0]
assert float(held["size"]) == 0, held
refused(
    110017, http.place_order, **SYMBOL, side="Sell", orderType="Market", qty="1", reduceOnly=True
)
said("lists")
print("all well", flush=True)
# Its threads would hold the program.
os._exit(0)
