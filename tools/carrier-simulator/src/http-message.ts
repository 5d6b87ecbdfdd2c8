import type { IncomingHttpHeaders } from 'node:http';

/** A request, read to its end. */
export interface HttpRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** `reset`: the connection is reset instead of a reply; `never`: it stays open, and nothing comes. */
export type Answer = HttpReply | 'reset' | 'never';

export type Serve = (request: HttpRequest) => Promise<Answer>;
