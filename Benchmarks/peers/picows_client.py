"""A WebSocket client on picows, on uvloop where it is installed.

    picows_client.py PORT CA-FILE CORE
"""

import asyncio
import json
import os
import ssl
import sys
import time

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

WARM_UP = 1000
MASK = (1 << 64) - 1


class Client(WSListener):
    def __init__(self):
        self.delays = []
        self.lengths = []
        self.cpu_before = self.cpu_after = 0
        self.closed = asyncio.get_running_loop().create_future()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame):
        if frame.msg_type == WSMsgType.CLOSE:
            transport.disconnect()
            return
        payload = frame.get_payload_as_memoryview()
        self.delays.append(time.monotonic_ns() - int(bytes(payload[:20])))
        self.lengths.append(len(payload))
        if len(self.delays) == WARM_UP:
            self.cpu_before = time.thread_time_ns()
        if payload[20] == ord("L"):
            self.cpu_after = time.thread_time_ns()

    def on_ws_disconnected(self, transport: WSTransport):
        self.closed.set_result(None)


async def main():
    port, authority, core = sys.argv[1:]
    if int(core) >= 0:
        os.sched_setaffinity(0, {int(core)})
    context = ssl.create_default_context(cafile=authority)
    _, client = await ws_connect(Client, f"wss://localhost:{port}/", ssl_context=context)
    await client.closed
    hash = 1
    for length in client.lengths:
        hash = ((hash ^ length) * 0x100000001B3) & MASK
    delays = sorted(client.delays[WARM_UP:])
    count = len(delays)
    print(json.dumps({
        "p50": delays[(count - 1) // 2] / 1000,
        "p99": delays[int((count - 1) * 0.99)] / 1000,
        "cpu": (client.cpu_after - client.cpu_before) / count,
        "messages": len(client.delays),
        "hash": format(hash, "x"),
    }))


try:
    import uvloop
    uvloop.install()
except ImportError:
    pass
asyncio.run(main())
