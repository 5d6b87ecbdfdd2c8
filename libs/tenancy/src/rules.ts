import { z } from 'zod';

import { isUuid } from './uuid.ts';

/**
 * A number's rules. Unknown keys are other people's and are left alone.
 * `{"livekit_config": "<uuid>"}` is valid for ever.
 */
const rulesSchema = z.looseObject({
  livekit_config: z.string().refine(isUuid, 'is not a UUID').nullish(),
});

export interface Rules {
  /** The LiveKit config that calls from the number go to, a UUID; undefined when the rules name none. */
  readonly livekitConfigId: string | undefined;
}

export type RulesReading =
  { readonly kind: 'ok'; readonly rules: Rules } | { readonly kind: 'problem'; readonly problem: string };

/** Reads the JSON value of `rules`. A number without rules (SQL or JSON null) has empty ones. */
export function readRules(json: unknown): RulesReading {
  const parsed = rulesSchema.safeParse(json ?? {});
  if (!parsed.success) {
    const problem = parsed.error.issues
      .map((issue) => `${['rules', ...issue.path].join('.')}: ${issue.message}`)
      .join('; ');
    return { kind: 'problem', problem };
  }
  return { kind: 'ok', rules: { livekitConfigId: parsed.data.livekit_config?.toLowerCase() } };
}
