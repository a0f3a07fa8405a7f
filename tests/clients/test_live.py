"""What a program that listens is told when the connection goes, by a real socket."""

import asyncio

from websockets.asyncio.server import ServerConnection, serve

from clients.live import Live, Unheard, listening


def test_a_connection_that_closes_is_lost_and_ends_what_begins_to_listen() -> None:
    async def answer(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send('{"type": "connection_ack"}')
        await socket.recv()

    async def listen() -> tuple[str, bool]:
        async with serve(answer, "127.0.0.1", 0, subprotocols=["graphql-ws"]) as server:  # type: ignore[list-item]  # a name
            port = next(iter(server.sockets)).getsockname()[1]
            outputs = {
                "data": {"url": "http://localhost/graphql", "api_key": "key"},
                "custom": {"realtime_url": f"ws://127.0.0.1:{port}/"},
            }
            async with listening(outputs) as live:
                said = await refusal(live)
                return said, live.lost

    async def refusal(live: Live) -> str:
        try:
            await live.listen("subscription { s }", {}, print)
        except Unheard as fault:
            return str(fault)
        return "nothing"

    assert asyncio.run(listen()) == ("the shop has closed the connection", True)
