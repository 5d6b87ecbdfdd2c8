import { Agent, type Dispatcher } from 'undici';

export interface PostRequest {
  /** http or https. */
  readonly origin: string;
  readonly path: string;
  /** The access token. */
  readonly token: string;
  /** JSON. */
  readonly body: string;
  /** For everything from the look-up of the host to the last byte of the reply, in milliseconds. */
  readonly timeoutMs: number;
}

export interface Reply {
  readonly status: number;
  readonly contentType: string;
  /** The server's clock, as the header `Date` has it; empty without one. */
  readonly date: string;
  /** Empty, unread, for a redirect and for a 401, whose body repeats the token. */
  readonly body: string;
}

/** There was no complete reply. */
export class PostFailure extends Error {
  readonly why: 'transport' | 'timeout' | 'too_large';
  /** False: no byte of the request has left and none will. */
  readonly sent: boolean;

  constructor(why: PostFailure['why'], sent: boolean, detail: string) {
    super(detail);
    this.name = 'PostFailure';
    this.why = why;
    this.sent = sent;
  }
}

/** The largest reply read: a listing of some ten thousand participants. */
const REPLY_MAX_BYTES = 4 * 1024 * 1024;
const CONNECT_TIMEOUT_MS = 5_000;
const NOT_WANTED = new Error('no longer wanted');

/**
 * One pool of kept connections per origin, for all keys. It follows no redirect and repeats no request; an idle
 * connection is closed after 4 s, before servers and what stands before them close it under a request.
 */
const agent = new Agent({ allowH2: false, pipelining: 1, connect: { timeout: CONNECT_TIMEOUT_MS } });

/** Sends one POST, once. Rejects with a PostFailure. The only way in which anything is sent to LiveKit. */
export function post(request: PostRequest): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let settled = false;
    let isRead = false;
    let status = 0;
    let contentType = '';
    let date = '';
    const chunks: Buffer[] = [];
    let length = 0;

    const settle = (act: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      act();
      if (!isRead) controller?.abort(NOT_WANTED);
    };
    const fail = (why: PostFailure['why'], detail: string): void => {
      settle(() => reject(new PostFailure(why, controller !== undefined, detail)));
    };
    const succeed = (): void => {
      settle(() => resolve({ status, contentType, date, body: Buffer.concat(chunks).toString('utf8') }));
    };
    const timer = setTimeout(
      () => fail('timeout', `no complete reply within ${request.timeoutMs} ms`),
      request.timeoutMs,
    );

    const options: Dispatcher.DispatchOptions = {
      origin: request.origin,
      path: request.path,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${request.token}`,
      },
      body: request.body,
    };
    agent.dispatch(options, {
      // Called when a connection is there, right before the first byte is written.
      onRequestStart(started) {
        if (settled || controller !== undefined) return started.abort(NOT_WANTED);
        controller = started;
      },
      onResponseStart(_, statusCode, headers) {
        if (statusCode < 200) return;
        status = statusCode;
        contentType = String(headers['content-type'] ?? '');
        date = String(headers['date'] ?? '');
        if (status === 401 || (status >= 300 && status < 400)) succeed();
      },
      onResponseData(_, chunk) {
        length += chunk.length;
        if (length > REPLY_MAX_BYTES) return fail('too_large', `the reply is larger than ${REPLY_MAX_BYTES} bytes`);
        chunks.push(chunk);
      },
      onResponseEnd() {
        isRead = true;
        succeed();
      },
      onResponseError(_, error) {
        fail('transport', 'code' in error ? String(error.code) : error.message);
      },
    });
  });
}
