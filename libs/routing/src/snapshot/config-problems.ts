import { DIAL_MODES, isAgentName, isSipTrunkId } from '@dialplane/tenancy';

import type { ConfigEntry } from '../routing-view.ts';
import type { RowProblem } from './snapshot.ts';

/** Why calls cannot be placed by the config, whatever number they come from. A trunk may be the rules' to name. */
export function configProblems(config: ConfigEntry): RowProblem[] {
  const { id, tenantId, sipTrunkId, agentName, dialMode, server } = config;
  const update = `dialplane config update ${id} ${tenantId === null ? '--operator' : `--tenant ${tenantId}`}`;
  const found: RowProblem[] = [];
  const add = (problem: string, hint: string) =>
    found.push({ table: 'voice_agent_livekit', rowId: id, tenantId, problem, hint });
  if (server.kind === 'problem') add(`Its URL is unusable: ${server.problem}.`, `Set another: ${update} --url <url>`);
  if (sipTrunkId !== null && sipTrunkId !== '' && !isSipTrunkId(sipTrunkId))
    add('Its trunk id is none of LiveKit: those begin with ST_.', `Set another: ${update} --trunk <ST_…>`);
  if (agentName === null || !isAgentName(agentName))
    add('It has no usable agent name.', `Set one: ${update} --agent-name <name>`);
  if (!DIAL_MODES.some((mode) => mode === dialMode))
    add(`Its dial mode ${dialMode} is not known.`, `Set one of ${DIAL_MODES.join(', ')}: ${update} --dial-mode <mode>`);
  return found;
}
