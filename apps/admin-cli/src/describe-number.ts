import { readRules } from '@dialplane/tenancy';
import type { VoiceAgentNumber } from '@dialplane/tenancy';

import { spell } from './find-number.ts';

/** A number as `--json` prints it: the row, its E.164 form and the config that its rules name. */
export interface NumberDocument extends VoiceAgentNumber {
  readonly e164: string;
  readonly livekitConfigId: string | null;
  /** What is wrong with the rules; null when they are right. */
  readonly rulesProblem: string | null;
}

export function describeNumber(number: VoiceAgentNumber): NumberDocument {
  const reading = readRules(number.rules);
  return {
    ...number,
    e164: spell(number),
    livekitConfigId: reading.kind === 'ok' ? (reading.value.livekitConfigId ?? null) : null,
    rulesProblem: reading.kind === 'problem' ? reading.problem : null,
  };
}

/** The same for people. */
export function numberFields(number: NumberDocument) {
  return {
    id: number.id,
    provider: number.provider,
    'livekit config': number.rulesProblem === null ? number.livekitConfigId : `rules unusable: ${number.rulesProblem}`,
    active: number.isActive ? 'yes' : 'no',
  };
}
