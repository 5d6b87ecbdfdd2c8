import { jsonSchemas } from '@dialplane/tenancy';

/** The published JSON Schemas as files: paths relative to the repository, and their text. */
export function schemaFiles(): ReadonlyMap<string, string> {
  const { rules, tenantDefaults } = jsonSchemas();
  return new Map([
    ['docs/rules.schema.json', toText(rules)],
    ['docs/tenant-defaults.schema.json', toText(tenantDefaults)],
  ]);
}

function toText(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
