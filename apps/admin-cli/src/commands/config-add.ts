import { randomUUID } from 'node:crypto';

import { DEFAULT_DIAL_MODE } from '@dialplane/tenancy';
import type { LiveKitCredential } from '@dialplane/tenancy';
import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { apiKey, name, serverUrl, sipTrunkId, uuid } from '../arguments.ts';
import { configDifferences } from '../config-differences.ts';
import { configFields, describeConfig } from '../describe-config.ts';
import { examples } from '../examples.ts';
import { findOwnConfig } from '../find-config.ts';
import { dialModeOption, readScope, scopeFlag, scopeOptions, secretOptions } from '../options.ts';
import type { ScopeOptions, SecretOptions } from '../options.ts';
import { readApiSecret } from '../read-api-secret.ts';
import { readJobMetadataTemplate } from '../read-job-metadata-template.ts';
import { refused } from '../refusal.ts';
import { reportAdded } from '../report-added.ts';
import { secretContext } from '../secret-context.ts';
import type { Tools } from '../wire.ts';
import { CONFIG_FIELDS } from '../written-config.ts';
import type { WrittenConfig } from '../written-config.ts';

interface Options extends ScopeOptions, SecretOptions {
  readonly id?: string;
  readonly name: string;
  readonly url: string;
  readonly apiKey: string;
  readonly trunk: string;
  readonly agentName: string;
  readonly dialMode?: string;
  readonly jobMetadataTemplate?: string;
}

export const configAdd: Verb = (act) => {
  const command = new Command('add')
    .description('add a LiveKit config; adding twice is adding once')
    .requiredOption('--name <name>', 'its name, for people; one of a kind within its owner', name)
    .requiredOption('--url <url>', "the server's URL: http, https, ws or wss", serverUrl)
    .requiredOption('--api-key <key>', 'the API key', apiKey)
    .requiredOption('--trunk <ST_…>', 'the SIP trunk to dial over', sipTrunkId)
    .requiredOption('--agent-name <name>', 'the agent name: what the workers register under', name)
    .option('--id <config id>', 'a UUID (default: a random one)', uuid)
    .addOption(dialModeOption(` (default: ${DEFAULT_DIAL_MODE})`))
    .option('--job-metadata-template <file>', "JSON template of the job's metadata (default: Dialplane's own shape)")
    .addHelpText(
      'after',
      examples(
        'dialplane config add --name uae --url http://livekit.example.com:7880 --api-key APIexample --trunk ST_exampleTrunk1 \\',
        '  --agent-name example-agent --tenant 11111111-1111-4111-8111-111111111111 --secret-file ./secret.txt',
      ),
    );
  for (const option of [...scopeOptions(), ...secretOptions()]) command.addOption(option);
  return command.action(
    act(async (tools, options: Options) => {
      const tenantId = readScope(options);
      const { jobMetadataTemplate: path } = options;
      const written = {
        name: options.name,
        url: options.url,
        apiKey: options.apiKey,
        sipTrunkId: options.trunk,
        agentName: options.agentName,
        // Not named, it is not compared: a config that was there before keeps its own.
        dialMode: options.dialMode,
        jobMetadataTemplate: path === undefined ? null : await readJobMetadataTemplate(path),
        apiSecret: await readApiSecret(options, tools.io),
      };
      const { configs, snapshotVersion } = await tools.store();
      const present = await findPresent(tools, tenantId, options);
      let outcome: 'added' | 'existed' | 'conflict' = 'existed';
      let id = present?.id ?? options.id ?? randomUUID();
      if (present === undefined) {
        const { apiSecret, ...plain } = written;
        const apiSecretSealed = await (await tools.secretBox()).seal(apiSecret, secretContext(tenantId, id));
        const added = await configs.add(tenantId, {
          id,
          ...plain,
          dialMode: options.dialMode ?? DEFAULT_DIAL_MODE,
          apiSecretSealed,
        });
        // Somebody else may have added it in between: then theirs is compared below.
        outcome = added.kind;
        id = added.row.id;
      }
      const config = await findOwnConfig(configs, tenantId, id);
      if (outcome !== 'added') await refuseOthers(tools, config, written, options.id);
      return reportAdded(
        outcome === 'added' ? 'added' : 'existed',
        `config ${config.name}`,
        { config: describeConfig(config) },
        configFields(config),
        await snapshotVersion(),
      );
    }),
  );
};

/** The owner's config of the same name, or of the id that was asked for. */
async function findPresent(
  { store }: Tools,
  tenantId: string | null,
  options: Options,
): Promise<{ readonly id: string } | undefined> {
  const own = (await (await store()).configs.list(tenantId)).filter((config) => config.tenantId === tenantId);
  return own.find(({ name }) => name === options.name) ?? own.find(({ id }) => id === options.id);
}

async function refuseOthers(
  tools: Tools,
  config: LiveKitCredential,
  written: WrittenConfig,
  id: string | undefined,
): Promise<void> {
  const fields = await configDifferences(config, written, tools.secretBox);
  const isOtherId = id !== undefined && id !== config.id;
  if (fields.length === 0 && !isOtherId) return;
  const stored = fields.map((field) => {
    const { label } = CONFIG_FIELDS[field];
    return field === 'apiSecret' || field === 'jobMetadataTemplate' ? `another ${label}` : `${label} ${config[field]}`;
  });
  const flags = fields.map((field) => `${CONFIG_FIELDS[field].flag} …`);
  throw refused(
    'conflict',
    `Config ${config.name} is there already with ${[...(isOtherId ? [`id ${config.id}`] : []), ...stored].join(', ')}. Nothing was changed.`,
    fields.length === 0
      ? 'Leave --id away, or choose another name'
      : `To change it: dialplane config update ${config.id} ${scopeFlag(config.tenantId)} ${flags.join(' ')}`,
    { differs: [...(isOtherId ? ['id'] : []), ...fields], config: describeConfig(config) },
  );
}
