import { Command, Option } from 'commander';

import type { Act, Verb } from './act.ts';
import { callCancel } from './commands/call-cancel.ts';
import { callList } from './commands/call-list.ts';
import { callShow } from './commands/call-show.ts';
import { callTest } from './commands/call-test.ts';
import { callWatch } from './commands/call-watch.ts';
import { configAdd } from './commands/config-add.ts';
import { configList } from './commands/config-list.ts';
import { configSetAgentName } from './commands/config-set-agent-name.ts';
import { configSetTrunk } from './commands/config-set-trunk.ts';
import { configShow } from './commands/config-show.ts';
import { configUpdate } from './commands/config-update.ts';
import { dbMigrate } from './commands/db-migrate.ts';
import { dbStatus } from './commands/db-status.ts';
import { dbStop } from './commands/db-stop.ts';
import { deploymentList } from './commands/deployment-list.ts';
import { deploymentSet } from './commands/deployment-set.ts';
import { deploymentShow } from './commands/deployment-show.ts';
import { doNotCallAdd } from './commands/do-not-call-add.ts';
import { doNotCallList } from './commands/do-not-call-list.ts';
import { doNotCallRemove } from './commands/do-not-call-remove.ts';
import { numberAdd } from './commands/number-add.ts';
import { numberAssign } from './commands/number-assign.ts';
import { numberCheck } from './commands/number-check.ts';
import { numberDisable, numberEnable } from './commands/number-enable.ts';
import { numberList } from './commands/number-list.ts';
import { numberRules } from './commands/number-rules.ts';
import { numberUpdate } from './commands/number-update.ts';
import { routeDiff } from './commands/route-diff.ts';
import { routeExplain } from './commands/route-explain.ts';
import { routeProblems } from './commands/route-problems.ts';
import { routeTest } from './commands/route-test.ts';
import { tenantAdd } from './commands/tenant-add.ts';
import { tenantDefaults } from './commands/tenant-defaults.ts';
import { tenantDisable, tenantEnable } from './commands/tenant-enable.ts';
import { tenantList } from './commands/tenant-list.ts';
import { tenantUpdate } from './commands/tenant-update.ts';
import { trunkList } from './commands/trunk-list.ts';
import { trunkSet } from './commands/trunk-set.ts';
import { trunkShow } from './commands/trunk-show.ts';
import { userAdd } from './commands/user-add.ts';
import { userList } from './commands/user-list.ts';
import { examples } from './examples.ts';

const VERBS: Readonly<Record<string, { readonly description: string; readonly verbs: readonly Verb[] }>> = {
  db: { description: 'the database', verbs: [dbMigrate, dbStatus, dbStop] },
  tenant: {
    description: 'customers, whose rows nobody else may see',
    verbs: [tenantAdd, tenantUpdate, tenantEnable, tenantDisable, tenantDefaults, tenantList],
  },
  user: { description: 'who starts calls (initiated_by), and for which tenant', verbs: [userAdd, userList] },
  config: {
    description: 'LiveKit configs: server, credential, trunk and agent name',
    verbs: [configAdd, configUpdate, configSetTrunk, configSetAgentName, configList, configShow],
  },
  number: {
    description: 'numbers to call from',
    verbs: [numberAdd, numberUpdate, numberAssign, numberRules, numberEnable, numberDisable, numberList, numberCheck],
  },
  trunk: {
    description: 'SIP trunks: carrier, caller ids, limits and headers',
    verbs: [trunkSet, trunkList, trunkShow],
  },
  deployment: {
    description: 'LiveKit servers: region, limits and headers',
    verbs: [deploymentSet, deploymentList, deploymentShow],
  },
  'do-not-call': {
    description: 'numbers that must not be called',
    verbs: [doNotCallAdd, doNotCallRemove, doNotCallList],
  },
  route: { description: 'routing decisions', verbs: [routeExplain, routeTest, routeDiff, routeProblems] },
  call: { description: 'calls', verbs: [callTest, callShow, callList, callWatch, callCancel] },
};

/** The whole command line: `dialplane <noun> <verb>`. */
export function createProgram(act: Act): Command {
  const program = new Command('dialplane')
    .description(
      "Dialplane's administration: tenants, users, numbers, LiveKit configs, trunks, and what becomes of a call.",
    )
    .addOption(new Option('--json', 'print one JSON document instead of text'))
    .addHelpText(
      'after',
      `
Exit codes: 0 done; 1 refused, failed or in doubt, or a check found something; 2 wrong usage; 3 database, LiveKit, key or service out of reach.

Environment: DATABASE_URL (else an embedded PostgreSQL in .dialplane/), DATABASE_OWNER_URL (db migrate), DB_SCHEMA,
DIALPLANE_KEK or DIALPLANE_KEK_FILE, ROUTER_ADDRESS, DISPATCHER_ADDRESS.
${examples('dialplane db migrate', 'dialplane number check +12125550100 --tenant 11111111-1111-4111-8111-111111111111')}`,
    );
  for (const [noun, { description, verbs }] of Object.entries(VERBS)) {
    const group = new Command(noun).description(description);
    for (const verb of verbs) group.addCommand(verb(act));
    program.addCommand(group);
  }
  return program;
}
