import { ACME, AGENT, BASE_NUMBER, LASTING_TO_NUMBER, TENANTS, TO_NUMBER, UAE } from './demo-case.ts';
import type { Parts } from './start-parts.ts';

/** The commands that somebody with a running demo may run next. */
export function whatToTryNext(parts: Parts, callLogId: string, isOver: boolean): string {
  const { routerAddress, dispatcherAddress, uae } = parts;
  const at = (option: string, address: string, usual: string) => (address === usual ? '' : ` ${option} ${address}`);
  const router = at('--router', routerAddress, '127.0.0.1:50061');
  const dispatcher = at('--dispatcher', dispatcherAddress, '127.0.0.1:50062');
  const ofAcme = `--tenant ${ACME.id}${dispatcher}`;
  const { wsUrl, apiKey, apiSecret } = uae.server;
  const callAsAcme = (to: string) =>
    `npx dialplane call test --from ${BASE_NUMBER} --to ${to} --agent ${AGENT.id} --initiated-by ${ACME.userId} --wait-until answered${dispatcher}`;
  const setDialMode = `npx dialplane config update ${UAE.configId} --tenant ${ACME.id} --dial-mode`;
  return `
Try next, in another terminal${isOver ? ' (while a demo without --once is running)' : ''}:
  npx dialplane number check ${BASE_NUMBER} --tenant ${ACME.id}
  npx dialplane route explain --from ${BASE_NUMBER} --to ${TO_NUMBER} --initiated-by ${TENANTS[1]?.userId}${router}
  npx dialplane call show ${callLogId} ${ofAcme}

A call that goes on until you end it, with its call log id and its room as the first command prints them:
  ${callAsAcme(LASTING_TO_NUMBER)}
  LIVEKIT_URL=${wsUrl} LIVEKIT_API_KEY=${apiKey} LIVEKIT_API_SECRET=${apiSecret} npx node tools/demo/src/listen-in.ts <room>
  npx dialplane call cancel <call log id> ${ofAcme}
  npx dialplane call watch <call log id> ${ofAcme}

The dial mode claiming, in which the agent asks for the permit and dials (in legacy this agent dials nobody: it only says
whom it would dial):
  ${setDialMode} claiming
  ${callAsAcme(TO_NUMBER)}
  npx dialplane call show <call log id> ${ofAcme}
  ${setDialMode} dispatcher`;
}
