/** Where a server listens. */
export interface ListenAddress {
  /** A loopback address, IPv6 without brackets. */
  readonly host: '127.0.0.1' | '::1';
  /** 0 takes a free one. */
  readonly port: number;
}

/** `localhost` is whatever the host's resolver says; here it is always IPv4's loopback. */
const LOOPBACK: Readonly<Record<string, ListenAddress['host']>> = {
  '127.0.0.1': '127.0.0.1',
  localhost: '127.0.0.1',
  '[::1]': '::1',
};

/** Reads `host:port`. Throws for anything but loopback, because callers are not authenticated yet. */
export function readListenAddress(listen: string): ListenAddress {
  const parts = /^(?<host>.+):(?<port>\d{1,5})$/.exec(listen)?.groups;
  const port = Number(parts?.['port']);
  if (parts === undefined || port > 65_535) {
    throw new Error(`Cannot listen on "${listen}": give host:port, for example 127.0.0.1:50061 or [::1]:0.`);
  }
  const host = LOOPBACK[(parts['host'] ?? '').toLowerCase()];
  if (host === undefined) {
    throw new Error(
      `Will not listen on "${listen}": callers are not authenticated yet, so only 127.0.0.1, [::1] and localhost are allowed. ` +
        'Give a loopback address, and let callers on other machines come through a tunnel or a proxy that knows them.',
    );
  }
  return { host, port };
}

/** The other way round: `127.0.0.1:50061`, `[::1]:50061`. */
export function writeListenAddress({ host, port }: ListenAddress): string {
  return host === '::1' ? `[::1]:${port}` : `${host}:${port}`;
}
