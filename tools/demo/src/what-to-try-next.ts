import { ACME, AGENT, BASE_NUMBER, LASTING_TO_NUMBER, TENANTS, TO_NUMBER } from './demo-case.ts';
import type { Parts } from './start-parts.ts';

/** The commands that somebody with a running demo may run next. */
export function whatToTryNext(parts: Parts, callLogId: string, isOver: boolean): string {
  const { routerAddress, dispatcherAddress, uae } = parts;
  const at = (option: string, address: string, usual: string) => (address === usual ? '' : ` ${option} ${address}`);
  const router = at('--router', routerAddress, '127.0.0.1:50061');
  const dispatcher = at('--dispatcher', dispatcherAddress, '127.0.0.1:50062');
  const ofAcme = `--tenant ${ACME.id}${dispatcher}`;
  const { wsUrl, apiKey, apiSecret } = uae.server;
  return `
Try next, in another terminal${isOver ? ' (while a demo without --once is running)' : ''}:
  npx dialplane number check ${BASE_NUMBER} --tenant ${ACME.id}
  npx dialplane route explain --from ${BASE_NUMBER} --to ${TO_NUMBER} --initiated-by ${TENANTS[1]?.userId}${router}
  npx dialplane call show ${callLogId} ${ofAcme}

A call that goes on until you end it, with its call log id and its room as the first command prints them:
  npx dialplane call test --from ${BASE_NUMBER} --to ${LASTING_TO_NUMBER} --agent ${AGENT.id} --initiated-by ${ACME.userId} --wait-until answered${dispatcher}
  LIVEKIT_URL=${wsUrl} LIVEKIT_API_KEY=${apiKey} LIVEKIT_API_SECRET=${apiSecret} npx node tools/demo/src/listen-in.ts <room>
  npx dialplane call cancel <call log id> ${ofAcme}
  npx dialplane call watch <call log id> ${ofAcme}`;
}
