import { toE164 } from '@dialplane/tenancy';
import fc from 'fast-check';

import type { Circumstances, RouteRequest } from '../src/index.ts';
import { config, deployment, exampleRows, id, number, request, tenant, trunk } from './example-view.ts';
import type { ExampleRows } from './example-view.ts';

/** A configuration of everybody's, a request, and what else a decision depends on. */
export type World = readonly [rows: ExampleRows, asked: RouteRequest, circumstances: Circumstances];

/**
 * Worlds in which three tenants share numbers, configs, trunks and confusion. What they name comes from few values,
 * so that much of it meets.
 */
export const TENANTS = [1, 2, 3].map((n) => id(1, n));
const someTenant = fc.constantFrom(...TENANTS);
const someConfigId = fc.integer({ min: 1, max: 4 }).map((n) => id(3, n));
const ORIGINS = ['https://livekit.example.com', 'https://india.example.com', 'http://uae.example.com:7880'];
const URLS = ['wss://livekit.example.com/', 'https://india.example.com', 'ws://uae.example.com:7880'];
const DIAL_MODES = ['dispatcher', 'claiming', 'legacy'];
const TRUNKS = ['ST_1', 'ST_2', 'ST_3'];
const CALLEES = [
  '+12125550199',
  '+12125550198',
  '+919999999998',
  '+971555555556',
  // An Indian number that begins like an emergency code, the premium, the satellite and one of no plan.
  '+911122222222',
  '+19005550199',
  '+88299999999',
  '+19115550199',
];
const GOOD_CALLEES = CALLEES.slice(0, 4);
const ODD_FROMS = ['12125550100', '02125550100', '2125550100', '9999999999', '+12125550177'];

/** Mostly true. */
const mostly = fc.integer({ min: 0, max: 19 }).map((n) => n > 0);
/** Left out, but in so many of a hundred. */
const maybe = <T>(value: fc.Arbitrary<T>, percent = 50): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: percent, arbitrary: value }, { weight: 100 - percent, arbitrary: fc.constant(undefined) });

const someOrder = { priority: maybe(fc.constantFrom(1, 1, 2)), weight: maybe(fc.constantFrom(0, 1, 10, 90)) };
const someRoutes = fc.array(fc.record({ livekit_config: someConfigId, ...someOrder }), { maxLength: 4 });
const somePrefixes = fc.uniqueArray(fc.constantFrom('+', '+', '+1', '+1212', '+121255501', '+91', '+9199', '+971'), {
  minLength: 1,
  maxLength: 4,
});
const someCarrier = {
  prefixes: somePrefixes,
  trunk_id: maybe(fc.constantFrom(...TRUNKS)),
  livekit_config: maybe(someConfigId),
  ...someOrder,
  cost_per_minute: maybe(fc.constantFrom('0.01', '0.02')),
  caller_id: maybe(fc.constantFrom('+12125550100', '+919999999999', '+911600999999', '+971555555555'), 35),
  caller_id_format: maybe(fc.constantFrom('e164', 'digits', 'national')),
  dial_format: maybe(
    fc.constantFrom<unknown>(
      { plus: false },
      { plus: false, strip: 1, trunk_zero: true },
      { plus: false, strip: 2, prefix: '00' },
      { plus: false, strip: 3 },
      { plus: false, strip: 15, prefix: '9' },
      { plus: false, strip: 11, prefix: '11' },
    ),
    35,
  ),
  header_profile: maybe(fc.constantFrom('mobile', 'fixed'), 20),
  fallthrough: maybe(fc.boolean()),
};
const someCarriers = fc.array(fc.record(someCarrier), { minLength: 1, maxLength: 6 });
/** Which need no config beside them. */
const someWholeCarriers = fc.array(fc.record({ ...someCarrier, livekit_config: someConfigId }), {
  minLength: 1,
  maxLength: 2,
});
/** Which are all for the same numbers. */
const someRivals = fc.array(
  fc.record({
    prefixes: fc.constant(['+']),
    livekit_config: someConfigId,
    ...someOrder,
    cost_per_minute: maybe(fc.constantFrom('0.01', '0.02')),
  }),
  { minLength: 3, maxLength: 6 },
);
const someHours = fc.record({
  timezone: maybe(fc.constantFrom('Asia/Kolkata', 'America/New_York', 'Asia/Dubai')),
  windows: fc.array(
    fc.constantFrom(
      { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '21:00' },
      { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' },
      { days: ['sun', 'mon'], from: '06:30', to: '06:31' },
    ),
    { minLength: 1, maxLength: 2 },
  ),
});
const someDestinations = fc.record({
  allow: maybe(fc.constantFrom(['US', 'IN', 'AE', 'CA'], ['US', 'IN', 'AE'], ['US', 'IN', 'AE'], ['IN']), 85),
  deny_prefixes: maybe(fc.constantFrom(['+9111'], ['+1900', '+971']), 15),
  allow_kinds: maybe(fc.constantFrom(['premium', 'satellite'], ['emergency_like', 'unknown'], []), 35),
});
const shared = {
  region: maybe(fc.constantFrom('IN', 'AE'), 15),
  calling_hours: maybe(someHours, 20),
};
const sound = {
  livekit_config: maybe(someConfigId, 93),
  strategy: maybe(fc.constantFrom('weight', 'least_cost')),
  destinations: maybe(someDestinations, 95),
  ...shared,
};
const someRules = fc.oneof(
  { weight: 18, arbitrary: fc.record({ ...sound, carriers: someCarriers, routes: maybe(someRoutes) }) },
  { weight: 6, arbitrary: fc.record({ ...sound, carriers: someRivals }) },
  { weight: 3, arbitrary: fc.record({ destinations: maybe(someDestinations, 95), carriers: someWholeCarriers }) },
  { weight: 6, arbitrary: fc.record({ ...sound, routes: someRoutes }) },
  { weight: 6, arbitrary: fc.record(sound) },
  { weight: 2, arbitrary: fc.record({ destinations: maybe(someDestinations, 95) }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, [], 'text', { livekit_config: 'x' }, { carriers: [{}] }) },
);

const SOUND_PARTS = [
  { baseNumber: '2125550100', countryCode: '1' },
  { baseNumber: '9999999999', countryCode: '91' },
  { baseNumber: '1600999999', countryCode: '+91' },
  { baseNumber: '555555555', countryCode: '+971' },
];
const ODD_PARTS = [
  { baseNumber: '12125550100', countryCode: '0' },
  { baseNumber: '2125550100', countryCode: '91' },
];
const someNumbers = fc
  .uniqueArray(
    fc.record({
      tenantId: someTenant,
      parts: fc.constantFrom(...SOUND_PARTS, ...SOUND_PARTS, ...SOUND_PARTS, ...SOUND_PARTS, ...ODD_PARTS),
      rules: someRules,
      isActive: mostly,
      isUnique: mostly,
    }),
    {
      selector: ({ tenantId, parts, isUnique }) => `${tenantId} ${parts.baseNumber} ${isUnique}`,
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((rows) =>
    rows.map(({ tenantId, parts, rules, isActive }, index) =>
      number({ ...parts, tenantId, rules, isActive, id: id(4, index) }),
    ),
  );

const someConfigs = fc
  .uniqueArray(
    fc.record({
      id: someConfigId,
      tenantId: fc.option(someTenant, { freq: 2 }),
      url: fc.constantFrom(...URLS, ...URLS, ...URLS, 'livekit'),
      sipTrunkId: fc.constantFrom(...TRUNKS, ...TRUNKS, ...TRUNKS, ...TRUNKS, null, 'x'),
      isActive: mostly,
      dialMode: fc.oneof(
        { weight: 19, arbitrary: fc.constantFrom(...DIAL_MODES) },
        { weight: 1, arbitrary: fc.constant('other') },
      ),
    }),
    { selector: (row) => row.id, minLength: 3, maxLength: 4 },
  )
  .map((rows) => rows.map((row) => config({ ...row, name: `name ${row.id}`, agentName: `agent ${row.id}` })));

const HEADERS = ['{"mobile":{"X-Line":"1"}}', '{"mobile":{"X-Line":"2"},"fixed":{"P-Line":"3"}}'];
const someHeaders = fc.constantFrom(null, ...HEADERS, ...HEADERS, ...HEADERS, ...HEADERS, '7');
const someTrunks = fc.uniqueArray(
  fc
    .record({
      deploymentOrigin: fc.constantFrom(...ORIGINS),
      sipTrunkId: fc.constantFrom(...TRUNKS),
      tenantId: fc.option(someTenant, { freq: 2 }),
      isActive: mostly,
      cliCountries: fc.option(fc.constantFrom(['IN'], ['US', 'AE'], ['US', 'IN', 'AE'], []), { freq: 2 }),
      headerProfiles: someHeaders,
    })
    .map((row) => trunk({ ...row, carrier: `carrier of ${row.tenantId}` })),
  { selector: (row) => row.deploymentOrigin + row.sipTrunkId, maxLength: 12 },
);
const someDeployments = fc.uniqueArray(
  fc
    .record({
      origin: fc.constantFrom(...ORIGINS),
      region: fc.constantFrom(null, 'IN', 'AE'),
      isActive: mostly,
      headerProfiles: someHeaders,
    })
    .map(deployment),
  { selector: (row) => row.origin, maxLength: 3 },
);

const someRows = fc
  .record({
    agent: maybe(fc.option(someTenant)),
    tenants: fc.uniqueArray(
      fc
        .record({
          id: someTenant,
          isActive: mostly,
          defaults: fc.oneof(
            { weight: 40, arbitrary: fc.record({ ...shared, destinations: maybe(someDestinations, 80) }) },
            { weight: 1, arbitrary: fc.constantFrom<unknown>(undefined, [], { livekit_config: null }) },
          ),
        })
        .map(tenant),
      { selector: (row) => row.id },
    ),
    voice_agent_numbers: someNumbers,
    voice_agent_livekit: someConfigs,
    trunks: someTrunks,
    deployments: someDeployments,
    do_not_call: fc.uniqueArray(fc.record({ tenantId: fc.option(someTenant), number: fc.constantFrom(...CALLEES) }), {
      selector: (row) => `${row.tenantId} ${row.number}`,
      maxLength: 2,
    }),
  })
  .map(({ agent, ...rows }) =>
    exampleRows({
      ...rows,
      users: [...TENANTS, null].map((tenantId, index) => ({ id: id(2, index), tenantId })),
      voice_agents: agent === undefined ? [] : [{ id: 'agent-7', tenantId: agent }],
    }),
  );

/** Who asks for what: mostly the owner of one of the numbers for that number. */
const someRequest = fc.record({
  user: maybe(fc.integer({ min: 0, max: 4 }), 8),
  /** Whether all lines are the asking tenant's or an operator's, so that more calls come through. */
  isPeaceful: fc.boolean(),
  isNamed: fc.boolean(),
  index: fc.nat(7),
  fromNumber: maybe(fc.constantFrom(...ODD_FROMS), 10),
  toNumber: fc.constantFrom(...CALLEES, ...GOOD_CALLEES, ...GOOD_CALLEES, ...GOOD_CALLEES),
  agentId: fc.constantFrom('', 'agent-7'),
  purpose: fc.constantFrom(undefined, 'transactional', 'transactional', 'service', 'service', 'promotional'),
  routingKey: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 }),
});

const someCircumstances = fc.record({
  now: fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) }),
  environmentFallback: maybe(
    fc.record({
      url: fc.constant('ws://uae.example.com:7880'),
      deployment: fc.constant('http://uae.example.com:7880'),
      sipTrunkId: fc.constantFrom('ST_1', 'ST_environment'),
      agentName: fc.constant('fallback'),
    }),
  ),
});

export const someWorld: fc.Arbitrary<World> = fc
  .tuple(someRows, someRequest, someCircumstances)
  .map(([rows, { user, isPeaceful, isNamed, index, fromNumber, ...asked }, circumstances]) => {
    const { voice_agent_numbers: numbers } = rows;
    const row = numbers[index % numbers.length]!;
    const tenantId = user === undefined ? row.tenantId : TENANTS[user];
    const isByTenant = isNamed && tenantId !== undefined;
    const ofTheirs = <Row extends { readonly tenantId: string | null }>(line: Row): Row =>
      line.tenantId === null ? line : { ...line, tenantId: row.tenantId };
    const lines = {
      voice_agent_livekit: rows.voice_agent_livekit.map(ofTheirs),
      trunks: rows.trunks.map(ofTheirs),
    };
    return [
      isPeaceful ? { ...rows, ...lines, do_not_call: [] } : rows,
      request({
        ...asked,
        fromNumber: fromNumber ?? toE164(row) ?? row.baseNumber,
        initiatedBy: isByTenant ? undefined : id(2, user ?? TENANTS.indexOf(row.tenantId)),
        tenantId: isByTenant ? tenantId : undefined,
      }),
      circumstances,
    ];
  });
