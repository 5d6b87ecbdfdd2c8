import { isFinal } from '@dialplane/calls';
import type { Attempt } from '@dialplane/calls';
import { LiveKitError } from '@dialplane/livekit';

import { createOpener } from './create-opener.ts';
import type { Opener } from './create-opener.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CallClient } from './call-client.ts';
import type { CarryOutParts } from './parts.ts';

/**
 * Where to act for an attempt that was begun, here or by another process. Every request observes the lease: none is
 * sent after it was lost, none that changes anything before it is known to stand, and nobody waits for an answer that
 * is no longer this process's to act on. A credential that cannot be opened is a deployment that cannot be reached.
 */
export function clientOf(parts: CarryOutParts, owned: OwnedCall, attempt: Attempt): CallClient {
  const known = owned.rooms.clients.get(attempt.number);
  if (known !== undefined) return known;
  const client = guardClient(owned, createOpener(parts, owned, attempt));
  owned.rooms.clients.set(attempt.number, client);
  return client;
}

/** See `clientOf`. */
export function guardClient(owned: OwnedCall, { open, refused }: Opener): CallClient {
  const { held } = owned;
  let inner: CallClient | undefined;
  const send = async <T>(client: CallClient, request: (client: CallClient) => Promise<T>): Promise<T> => {
    try {
      return await request(client);
    } catch (error) {
      if (error instanceof LiveKitError && error.kind === 'credential_refused') refused(client);
      throw error;
    }
  };
  const ask = async <T>(request: (client: CallClient) => Promise<T>, opened?: CallClient): Promise<T> => {
    held.signal.throwIfAborted();
    const client = (inner = opened ?? (await open()));
    held.signal.throwIfAborted();
    return whileHeld(held.signal, send(client, request));
  };
  const change = async <T>(request: (client: CallClient) => Promise<T>): Promise<T> => {
    // Opening takes its time: the lease is to stand after it.
    const opened = await open();
    await held.confirm();
    return ask(request, opened);
  };
  return {
    listRooms: (names) => ask((client) => client.listRooms(names)),
    listAgentDispatches: (room) => ask((client) => client.listAgentDispatches(room)),
    listParticipants: (room) => ask((client) => client.listParticipants(room)),
    prepareDial: (dial) => ask((client) => client.prepareDial(dial)),
    createRoom: (room) => change((client) => client.createRoom(room)),
    removeParticipant: (room, identity) => change((client) => client.removeParticipant(room, identity)),
    // Nobody else cleans up after a call that is over, and its rooms are never used again.
    async deleteRoom(room) {
      const request = (client: CallClient): Promise<void> => client.deleteRoom(room);
      return isFinal(owned.call.state) ? send(await open(), request) : change(request);
    },
    clockSkewMs: () => inner?.clockSkewMs(),
  };
}

async function whileHeld<T>(signal: AbortSignal, request: Promise<T>): Promise<T> {
  let stop = (): void => undefined;
  const lost = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([request, lost]).finally(() => signal.removeEventListener('abort', stop));
}
