import { LiveKitError } from '@dialplane/livekit';
import type { LiveKitClient } from '@dialplane/livekit';
import type { LiveKitCredential } from '@dialplane/tenancy';

import { scopeFlag } from '../options.ts';
import { failed, passed } from './step.ts';
import type { Step } from './step.ts';

/** Whether the server answers as LiveKit does, and accepts the key: one request tells both. */
export async function checkServer(config: LiveKitCredential, liveKit: LiveKitClient): Promise<Step[]> {
  try {
    await liveKit.probe();
  } catch (error) {
    if (!(error instanceof LiveKitError)) throw error;
    if (error.kind === 'credential_refused') {
      const update = `dialplane config update ${config.id} ${scopeFlag(config.tenantId)}`;
      return [
        passed('server', `${config.url} answers`),
        failed(
          'key',
          'credential_refused',
          `The server refuses API key ${config.apiKey} or its secret.`,
          `Set the right ones: ${update} --api-key <key> --secret-file <path>; if they are right, compare the clocks of both machines`,
        ),
      ];
    }
    return [serverTrouble('server', config, error)];
  }
  return [passed('server', `${config.url} answers`), passed('key', `API key ${config.apiKey} is accepted`)];
}

/** What LiveKit's failure means, and what to do about it. */
export function serverTrouble(name: Step['name'], config: LiveKitCredential, { kind, message }: LiveKitError): Step {
  const setUrl = `dialplane config update ${config.id} ${scopeFlag(config.tenantId)} --url <url>`;
  const hint = (HINTS[kind] ?? "Look into the server's log").replace('{setUrl}', setUrl);
  return failed(name, `livekit_${kind}`, message, hint, kind === 'unreachable' || kind === 'timeout');
}

const HINTS: Readonly<Partial<Record<LiveKitError['kind'], string>>> = {
  unreachable: 'Check that the server runs, its firewall and the URL: {setUrl}',
  timeout: "Check the server's load and log, and the URL: {setUrl}",
  redirected: 'Set the URL that it redirects to, if that is your server: {setUrl}',
  not_livekit: 'Check host and port: {setUrl}',
  reply_too_large: 'Check that host and port are those of LiveKit: {setUrl}',
  server_error: "Look into the server's log; for SIP, LiveKit has to run with Redis",
};
