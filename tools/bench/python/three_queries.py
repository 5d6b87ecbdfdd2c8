"""The present approach in Python: three queries for each call, over a pool. No carriers, policies or reasons.
asyncpg prepares each statement once a connection by itself. `tuned` holds one connection for the three queries,
which saves two resets of it, and runs on uvloop.
Usage: DATABASE_URL=... three_queries.py <folder of the stubs> <schema> plain|tuned
"""

import asyncio
import json
import os
import sys

sys.path.insert(0, sys.argv[1])
SCHEMA = sys.argv[2]
TUNED = sys.argv[3] == "tuned"

import asyncpg
import grpc
import uvloop

from dialplane.v1 import router_pb2, router_pb2_grpc

# As many as the service in Node has.
CONNECTIONS = 10

USER = f'SELECT tenant_id::text FROM "{SCHEMA}".users WHERE id = $1'
NUMBER = f"""SELECT id::text, base_number, country_code, rules->>'livekit_config' AS config_id
    FROM "{SCHEMA}".voice_agent_numbers WHERE tenant_id = $1 AND base_number = $2 AND is_active"""
CONFIG = f"""SELECT url, trunk_id, worker_name FROM "{SCHEMA}".voice_agent_livekit
    WHERE id = $1 AND (tenant_id = $2 OR tenant_id IS NULL) AND is_active"""


class Router(router_pb2_grpc.RouterServicer):
    def __init__(self, pool):
        self.pool = pool

    async def RouteCall(self, request, context):
        if not TUNED:
            return await self.route(request, self.pool)
        async with self.pool.acquire() as connection:
            return await self.route(request, connection)

    async def route(self, request, database):
        tenant_id = await database.fetchval(USER, request.initiated_by)
        number = await database.fetchrow(NUMBER, tenant_id, request.from_number[2:])
        config = await database.fetchrow(CONFIG, number["config_id"], tenant_id)
        e164 = f"+{number['country_code']}{number['base_number']}"
        target = router_pb2.Target(
            livekit_config_id=number["config_id"],
            deployment=config["url"].replace("wss:", "https:"),
            server_url=config["url"],
            sip_trunk_id=config["trunk_id"],
            agent_name=config["worker_name"],
            caller_id=e164,
            dial_string=request.to_number,
            caller_id_string=e164,
        )
        resolved = router_pb2.ResolvedNumber(
            id=number["id"], base_number=number["base_number"], country_code=number["country_code"], e164=e164
        )
        route = router_pb2.Route(
            targets=[target], source=router_pb2.ROUTE_SOURCE_DATABASE, tenant_id=tenant_id, number=resolved
        )
        return router_pb2.RouteCallResponse(route=route)


async def main():
    pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=CONNECTIONS, max_size=CONNECTIONS)
    server = grpc.aio.server()
    router_pb2_grpc.add_RouterServicer_to_server(Router(pool), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(json.dumps({"address": f"127.0.0.1:{port}"}, separators=(",", ":")), flush=True)
    await server.wait_for_termination()


uvloop.run(main()) if TUNED else asyncio.run(main())
