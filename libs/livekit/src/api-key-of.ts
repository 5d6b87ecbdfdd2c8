/** What a configuration or a database may hold. */
const API_KEY = /^[\x21-\x7e]{1,128}$/;

/**
 * The API key in whose name a webhook is signed, as its `Authorization` claims: nothing is verified. Undefined
 * when it is no access token, or names none that a server has.
 */
export function apiKeyOf(authorization: string): string | undefined {
  const parts = authorization.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const { iss } = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8')) as { iss?: unknown };
    return typeof iss === 'string' && API_KEY.test(iss) ? iss : undefined;
  } catch {
    return undefined;
  }
}
