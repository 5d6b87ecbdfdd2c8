import { Command, Option } from 'commander';

import type { Verb } from '../act.ts';
import { apiKey, name, serverUrl, sipTrunkId, uuid } from '../arguments.ts';
import { changeConfig } from '../change-config.ts';
import { examples } from '../examples.ts';
import { dialModeOption, readScope, scopeOptions, secretOptions } from '../options.ts';
import type { ScopeOptions, SecretOptions } from '../options.ts';
import { readApiSecret } from '../read-api-secret.ts';
import { readJobMetadataTemplate } from '../read-job-metadata-template.ts';
import { badUsage } from '../refusal.ts';

interface Options extends ScopeOptions, SecretOptions {
  readonly name?: string;
  readonly url?: string;
  readonly apiKey?: string;
  readonly secretPrompt?: boolean;
  readonly trunk?: string;
  readonly agentName?: string;
  readonly dialMode?: string;
  /** False: --no-job-metadata-template. */
  readonly jobMetadataTemplate?: string | false;
  readonly enable?: boolean;
  readonly disable?: boolean;
}

export const configUpdate: Verb = (act) => {
  const command = new Command('update')
    .description('change a LiveKit config; what is not named stays as it is')
    .argument('<config id>', 'a UUID', uuid)
    .option('--name <name>', 'its name, for people', name)
    .option('--url <url>', "the server's URL: http, https, ws or wss", serverUrl)
    .option('--api-key <key>', 'the API key', apiKey)
    .option('--secret-prompt', 'ask for the API secret')
    .option('--trunk <ST_…>', 'the SIP trunk to dial over', sipTrunkId)
    .option('--agent-name <name>', 'the agent name: what the workers register under', name)
    .addOption(dialModeOption())
    .option('--job-metadata-template <file>', "JSON template of the job's metadata")
    .option('--no-job-metadata-template', "go back to Dialplane's own metadata")
    .addOption(new Option('--enable', 'switch it on').conflicts('disable'))
    .addOption(new Option('--disable', 'switch it off: calls of its numbers are refused'))
    .addHelpText(
      'after',
      examples(
        'dialplane config update 33333333-3333-4333-8333-333333333333 --tenant 11111111-1111-4111-8111-111111111111 --url https://livekit.example.com',
        'dialplane config update 33333333-3333-4333-8333-333333333333 --operator --secret-file ./secret.txt',
      ),
    );
  for (const option of [...scopeOptions(), ...secretOptions()]) command.addOption(option);
  return command.action(
    act(async (tools, configId: string, options: Options) => {
      const tenantId = readScope(options);
      const { secretFile, secretStdin, secretPrompt, trunk, jobMetadataTemplate, enable, disable } = options;
      const isSecretNamed = secretFile !== undefined || secretStdin === true || secretPrompt === true;
      const written = {
        name: options.name,
        url: options.url,
        apiKey: options.apiKey,
        sipTrunkId: trunk,
        agentName: options.agentName,
        dialMode: options.dialMode,
        isActive: enable === true ? true : disable === true ? false : undefined,
        jobMetadataTemplate:
          jobMetadataTemplate === false
            ? null
            : jobMetadataTemplate === undefined
              ? undefined
              : await readJobMetadataTemplate(jobMetadataTemplate),
        apiSecret: isSecretNamed ? await readApiSecret(options, tools.io) : undefined,
      };
      const named = Object.entries(written).filter(([, value]) => value !== undefined);
      if (named.length === 0) throw badUsage('Nothing to change was named.', 'See: dialplane config update --help');
      return changeConfig(tools, tenantId, configId, Object.fromEntries(named));
    }),
  );
};
