import { EventEmitter } from 'node:events';

import type { DisconnectReason } from '@livekit/protocol';
import {
  FfiEvent,
  FfiRequest,
  FfiResponse,
  livekitCopyBuffer,
  livekitFfiRequest,
  livekitInitialize,
  livekitRetrievePtr,
} from '@livekit/rtc-ffi-bindings';
import type { FfiRequest as FfiRequestMessage } from '@livekit/rtc-ffi-bindings';

type Message = ConstructorParameters<typeof FfiRequestMessage>[0];

/** The one of this process, which rtc-node uses when it is there before the first room. */
interface ClientHolder {
  _ffiClientInstance?: QuietFfiClient;
}

/**
 * Stands in for the client that `@livekit/rtc-node` would make for itself. That one ships some 900 log records a call
 * from Rust to JavaScript, a whole core for 100 idle calls, and always gives the same reason for leaving a room.
 */
export class QuietFfiClient extends EventEmitter {
  /** Why the room of this handle will be left; CLIENT_INITIATED when there is nothing. */
  readonly leaveReasons = new Map<bigint, DisconnectReason>();
  #lastAsyncId = 0n;

  private constructor() {
    super();
    this.setMaxListeners(0);
    livekitInitialize((data) => this.emit('ffi_event', FfiEvent.fromBinary(data)), false, '0.13.35');
  }

  /** Throws when rtc-node has made its own already. */
  static install(): QuietFfiClient {
    const holder = globalThis as unknown as ClientHolder;
    holder._ffiClientInstance ??= new QuietFfiClient();
    if (holder._ffiClientInstance instanceof QuietFfiClient) return holder._ffiClientInstance;
    throw new Error('LiveKit’s client is in use in this process already: start the simulator before it.');
  }

  request<T>(given: Message): T {
    const request = new FfiRequest(given);
    if (request.message.case === 'disconnect') {
      const { roomHandle = 0n } = request.message.value;
      const reason = this.leaveReasons.get(roomHandle);
      if (reason !== undefined) request.message.value.reason = reason;
    }
    return FfiResponse.fromBinary(livekitFfiRequest(request.toBinary())).message.value as T;
  }

  copyBuffer(pointer: bigint, length: number): Uint8Array {
    return livekitCopyBuffer(pointer, length);
  }

  retrievePtr(data: Uint8Array): bigint {
    return livekitRetrievePtr(data);
  }

  getNextRequestAsyncId(): bigint {
    return ++this.#lastAsyncId;
  }

  waitFor<T>(isWanted: (event: FfiEvent) => boolean, options: { signal?: AbortSignal } = {}): Promise<T> {
    const { signal } = options;
    return new Promise<T>((resolve, reject) => {
      const settle = (act: () => void): void => {
        this.off('ffi_event', onEvent);
        signal?.removeEventListener('abort', onAbort);
        act();
      };
      const onEvent = (event: FfiEvent): void => {
        if (isWanted(event)) settle(() => resolve(event.message.value as T));
      };
      const onAbort = (): void => settle(() => reject(new Error('The room was left.')));
      if (signal?.aborted === true) return onAbort();
      signal?.addEventListener('abort', onAbort);
      this.on('ffi_event', onEvent);
    });
  }
}
