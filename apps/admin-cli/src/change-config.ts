import { configDifferences } from './config-differences.ts';
import { configFields, describeConfig } from './describe-config.ts';
import { findOwnConfig } from './find-config.ts';
import type { Report } from './report.ts';
import { reportChanged } from './report-changed.ts';
import { secretContext } from './secret-context.ts';
import type { Tools } from './wire.ts';
import { CONFIG_FIELDS } from './written-config.ts';
import type { WrittenConfig } from './written-config.ts';

/** Changes what is not as written already; the same twice changes nothing. */
export async function changeConfig(
  tools: Tools,
  tenantId: string | null,
  configId: string,
  written: WrittenConfig,
): Promise<Report> {
  const { configs, snapshotVersion } = await tools.store();
  const before = await findOwnConfig(configs, tenantId, configId);
  const changed = await configDifferences(before, written, tools.secretBox);
  if (changed.length > 0) {
    const { apiSecret, ...plain } = Object.fromEntries(
      changed.map((field) => [field, written[field]]),
    ) as WrittenConfig;
    const sealed =
      apiSecret === undefined
        ? {}
        : { apiSecretSealed: await (await tools.secretBox()).seal(apiSecret, secretContext(tenantId, configId)) };
    await configs.update(tenantId, configId, { ...plain, ...sealed });
  }
  const after = await findOwnConfig(configs, tenantId, configId);
  const names = changed.map((field) => CONFIG_FIELDS[field].label);
  return reportChanged(
    changed.length > 0,
    `config ${after.name}${names.length === 0 ? '' : `: ${names.join(', ')}`}`,
    { config: describeConfig(after), changed },
    configFields(after),
    await snapshotVersion(),
  );
}
