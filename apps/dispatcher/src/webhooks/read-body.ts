import type { IncomingMessage } from 'node:http';

import { WEBHOOK_MAX_BYTES } from '@dialplane/livekit';

/** What was sent, or why it was not read. */
export type BodyReading =
  | { readonly kind: 'body'; readonly body: Buffer }
  | { readonly kind: 'too_large' }
  /** As many are being read as may be at once. */
  | { readonly kind: 'busy' };

export interface BodyReader {
  /** Rejects when the sender goes away. */
  read(request: IncomingMessage): Promise<BodyReading>;
}

/** Reads bodies, no more than `maxAtOnce` at once, each no larger than WEBHOOK_MAX_BYTES. */
export function createBodyReader(maxAtOnce: number): BodyReader {
  let reading = 0;
  return {
    async read(request) {
      if (Number(request.headers['content-length'] ?? 0) > WEBHOOK_MAX_BYTES) return { kind: 'too_large' };
      if (reading >= maxAtOnce) return { kind: 'busy' };
      reading++;
      try {
        const body = await readBody(request);
        return body === undefined ? { kind: 'too_large' } : { kind: 'body', body };
      } finally {
        reading--;
      }
    },
  };
}

/** Undefined as soon as it is too large; what comes after is not kept. */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    // It may have gone before anybody listened: no event comes any more then.
    if (request.destroyed) throw new Error('The sender went away.');
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= WEBHOOK_MAX_BYTES) return void chunks.push(chunk);
      chunks.length = 0;
      request.removeAllListeners('data');
      resolve(undefined);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new Error('The sender went away.')));
  });
}
