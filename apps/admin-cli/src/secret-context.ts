/** What a config's API secret is sealed for. */
export const secretContext = (tenantId: string | null, configId: string) =>
  ({ tenantId, configId, field: 'api_secret' }) as const;
