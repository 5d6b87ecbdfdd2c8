import { RouterClient } from '@dialplane/contracts';
import { credentials } from '@grpc/grpc-js';

/** The longest pause before a router that was away is tried again; grpc-js's own is two minutes. */
const ROUTER_RECONNECT_MS = 2_000;
/** How often a router is asked whether it is there while questions are open, and how long it has to say so. */
const ROUTER_KEEPALIVE_MS = 10_000;

/** A client of the router, `host:port`; it connects when it is first asked. */
export function connectRouter(address: string): RouterClient {
  return new RouterClient(address, credentials.createInsecure(), {
    'grpc.max_reconnect_backoff_ms': ROUTER_RECONNECT_MS,
    'grpc.keepalive_time_ms': ROUTER_KEEPALIVE_MS,
    'grpc.keepalive_timeout_ms': ROUTER_KEEPALIVE_MS,
  });
}
