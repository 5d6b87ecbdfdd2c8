/**
 * The API key in whose name a webhook is signed, as its `Authorization` claims: nothing is verified. Undefined
 * when it is no access token.
 */
export function apiKeyOf(authorization: string): string | undefined {
  const parts = authorization.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const { iss } = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8')) as { iss?: unknown };
    return typeof iss === 'string' && iss !== '' ? iss : undefined;
  } catch {
    return undefined;
  }
}
