import { z } from 'zod';

/** zod passes over a key named __proto__ in a record; here it is refused like any other that is not allowed. */
export function records<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((json, context) => {
    if (typeof json === 'object' && json !== null && Object.hasOwn(json, '__proto__'))
      context.addIssue({ code: 'custom', path: ['__proto__'], message: 'is not a name', input: json });
    return json;
  }, schema);
}
