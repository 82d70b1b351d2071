"""WebSocket servers of three libraries, with one behaviour.

    serve.py websockets|aiohttp|picows [CERTIFICATE KEY]

Listens on a free port of 127.0.0.1 and prints it; ends when standard input does.

    /echo                    sends every message back as it came
    /push?count=N&size=S     sends N numbered messages of S bytes, then closes with 1000
    /close?code=C            closes with C at once
    /chunks?count=N          websockets only: a message of N fragments "é€", pings between messages
    /deny                    answers 403 to the upgrade

A numbered message is the CRC-32 of the rest in 8 hexadecimal digits, its number in 16, and padding.
"""
import asyncio
import ssl
import sys
import zlib
from urllib.parse import parse_qs, urlsplit


def numbered(number, size):
    body = b"%016x" % number
    body += b"." * (size - 8 - len(body))
    return b"%08x" % zlib.crc32(body) + body


def parse(target):
    parts = urlsplit(target)
    return parts.path, {name: int(values[0]) for name, values in parse_qs(parts.query).items()}


async def serve_websockets(context):
    from http import HTTPStatus

    from websockets.asyncio.server import serve

    def deny(connection, request):
        if request.path == "/deny":
            return connection.respond(HTTPStatus.FORBIDDEN, "Access too frequent\n")

    async def handle(socket):
        path, options = parse(socket.request.path)
        if path == "/push":
            for number in range(options["count"]):
                await socket.send(numbered(number, options["size"]))
        elif path == "/close":
            await socket.close(options["code"], "as asked")
        elif path == "/chunks":
            await socket.send("é€" for _ in range(options["count"]))
            await (await socket.ping(b"are you there"))
            await socket.send("the pong came")
        else:
            async for message in socket:
                await socket.send(message)

    server = await serve(handle, "127.0.0.1", 0, ssl=context, process_request=deny,
                         max_size=1 << 26, compression="deflate")
    return server.sockets[0].getsockname()[1]


async def serve_aiohttp(context):
    from aiohttp import WSMsgType, web

    async def handle(request):
        path, options = parse(str(request.rel_url))
        if path == "/deny":
            return web.Response(status=403, text="Access too frequent")
        socket = web.WebSocketResponse(max_msg_size=1 << 26)
        await socket.prepare(request)
        if path == "/push":
            for number in range(options["count"]):
                await socket.send_bytes(numbered(number, options["size"]))
        elif path == "/close":
            await socket.close(code=options["code"], message=b"as asked")
        else:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    await socket.send_str(message.data)
                elif message.type == WSMsgType.BINARY:
                    await socket.send_bytes(message.data)
        return socket

    app = web.Application()
    app.router.add_get("/{tail:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    return runner.addresses[0][1]


async def serve_picows(context):
    from picows import WSCloseCode, WSListener, WSMsgType, ws_create_server

    class Session(WSListener):
        def __init__(self, path, options):
            super().__init__()
            self.path, self.options = path, options
            self.writable = asyncio.Event()
            self.writable.set()

        def on_ws_connected(self, transport):
            self.transport = transport
            if self.path == "/push":
                self.task = asyncio.get_running_loop().create_task(self.push())
            elif self.path == "/close":
                transport.send_close(WSCloseCode(self.options["code"]), b"as asked")

        async def push(self):
            count, size, send = self.options["count"], self.options["size"], self.transport.send
            for number in range(count):
                if not self.writable.is_set():
                    await self.writable.wait()
                send(WSMsgType.BINARY, numbered(number, size))
                if number % 256 == 255:
                    await asyncio.sleep(0)
            self.transport.send_close(WSCloseCode.OK, b"")

        def pause_writing(self):
            self.writable.clear()

        def resume_writing(self):
            self.writable.set()

        def on_ws_frame(self, transport, frame):
            if frame.msg_type == WSMsgType.CLOSE:
                transport.send_close(frame.get_close_code(), frame.get_close_message())
                transport.disconnect()
            elif self.path == "/echo":
                transport.send(frame.msg_type, frame.get_payload_as_bytes(), frame.fin)

    def session(request):
        return Session(*parse(request.path.decode()))

    server = await ws_create_server(session, "127.0.0.1", 0, ssl=context)
    return server.sockets[0].getsockname()[1]


async def main():
    library, *identity = sys.argv[1:]
    context = None
    if identity:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*identity)
    port = await globals()["serve_" + library](context)
    print(port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
