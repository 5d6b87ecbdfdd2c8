import { readServerUrl } from '@dialplane/tenancy';

/** The http or https origin of a server's URL; the text itself where it is no such URL. */
export function originOf(url: string): string {
  const reading = readServerUrl(url);
  return reading.kind === 'ok' ? reading.serverUrl.origin : url;
}
