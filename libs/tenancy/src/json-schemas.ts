import { z } from 'zod';

import { RULES_SCHEMA, TENANT_DEFAULTS_SCHEMA } from './rules-schema.ts';

const REST = 'docs/rules.md says what each key means, and what is checked besides.';

/** What is published for editors and other languages: JSON Schema, draft 2020-12, of what `readRules` reads. */
export function jsonSchemas(): Readonly<Record<'rules' | 'tenantDefaults', object>> {
  return {
    rules: toJsonSchema(RULES_SCHEMA, "The rules of a number. Keys that are not listed are other people's."),
    tenantDefaults: toJsonSchema(TENANT_DEFAULTS_SCHEMA, "What holds where a number's own rules do not say otherwise."),
  };
}

function toJsonSchema(schema: z.ZodType, description: string): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return { $schema, description: `${description} ${REST}`, ...rest };
}
