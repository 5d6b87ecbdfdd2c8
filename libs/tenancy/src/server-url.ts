/** No URL of a server, nor its origin, is longer; in characters. */
export const SERVER_URL_MAX_LENGTH = 2_048;

/** A LiveKit server's address, read from any of the ways to write it. */
export interface ServerUrl {
  /** As given, less a trailing slash. */
  readonly url: string;
  /** The http or https origin that all spellings share, for example `https://livekit.example.com`. */
  readonly origin: string;
}

export type ServerUrlReading =
  { readonly kind: 'ok'; readonly serverUrl: ServerUrl } | { readonly kind: 'problem'; readonly problem: string };

const TOO_LONG = `it is longer than ${SERVER_URL_MAX_LENGTH} characters`;
const HTTP_OF: Record<string, string> = { 'http:': 'http:', 'https:': 'https:', 'ws:': 'http:', 'wss:': 'https:' };

/**
 * Reads `http`, `https`, `ws` and `wss` URLs, with ports. `ws://h:7880` and `http://h:7880/` mean the same
 * server. Credentials, paths, queries and fragments are refused: requests would silently lose them.
 */
export function readServerUrl(text: string): ServerUrlReading {
  const problem = (problem: string): ServerUrlReading => ({ kind: 'problem', problem });
  if (text.length > SERVER_URL_MAX_LENGTH) return problem(TOO_LONG);
  // The URL parser strips tabs and newlines and forgives backslashes; an operator should see their typo.
  if (/[\s\\\u0000-\u001f]/.test(text)) return problem('it holds white space or a backslash');
  if (!URL.canParse(text)) return problem('it is not a URL');
  // The parser also supplies missing slashes and drops an empty user name.
  if (!/^[a-z]+:\/\/[^/]/i.test(text)) return problem('it is not written as scheme://host');
  const parsed = new URL(text);
  const scheme = HTTP_OF[parsed.protocol];
  if (scheme === undefined) return problem('its scheme is none of http, https, ws and wss');
  if (text.includes('@')) return problem('it holds credentials');
  if (/^[a-z]+:\/\/[^/?#]+\/[^?#]/i.test(text)) return problem('it has a path');
  if (parsed.search !== '' || parsed.hash !== '' || /[?#]/.test(text)) return problem('it has a query or a fragment');
  if (parsed.hostname === '') return problem('it names no host');
  // The same server by another name: what is said of one would not count for the other.
  if (parsed.hostname.endsWith('.')) return problem('its host ends with a dot');
  const origin = new URL(`${scheme}//${parsed.host}`).origin;
  // A name in other letters than ASCII's becomes longer.
  if (origin.length > SERVER_URL_MAX_LENGTH) return problem(TOO_LONG);
  return { kind: 'ok', serverUrl: { url: text.replace(/\/$/, ''), origin } };
}
