export const CONFIG = '33333333-3333-4333-8333-333333333333';
export const OTHER_CONFIG = '44444444-4444-4444-8444-444444444444';

/** Every key that there is, each with a value that is not its default. */
export const FULL_RULES = {
  livekit_config: CONFIG,
  routes: [
    { livekit_config: CONFIG, priority: 1, weight: 80 },
    { livekit_config: OTHER_CONFIG, priority: 2, weight: 0 },
  ],
  carriers: [
    {
      prefixes: ['+91', '+971'],
      trunk_id: 'ST_exampleTrunk1',
      livekit_config: OTHER_CONFIG,
      priority: 2,
      weight: 60,
      cost_per_minute: '0.012',
      caller_id: '+919999999999',
      caller_id_format: 'national',
      dial_format: { strip: 2, prefix: '0091', plus: false, trunk_zero: true },
      header_profile: 'carrier-one',
      fallthrough: true,
    },
    { prefixes: ['+'] },
  ],
  strategy: 'least_cost',
  region: 'IN',
  destinations: { allow: ['IN', 'AE'], deny_prefixes: ['+91190'], allow_kinds: ['premium'] },
  calling_hours: {
    timezone: 'Asia/Kolkata',
    windows: [{ days: ['sun', 'mon', 'sat'], from: '09:00', to: '24:00' }],
  },
  limits: { max_concurrent_calls: 30, calls_per_second: 0.5, calls_per_day: 5000, per_callee_per_day: 3 },
};

/** What is said of a document: nothing when it is good, else what its problem matches. */
type Verdict = RegExp | undefined;
export interface RulesDocument {
  readonly name: string;
  readonly json: unknown;
  readonly problem: Verdict;
  /** JSON Schema has no words for what is wrong with it. */
  readonly beyondJsonSchema?: true;
}

const good = (name: string, json: unknown): RulesDocument => ({ name, json, problem: undefined });
const bad = (name: string, json: unknown, problem: RegExp): RulesDocument => ({ name, json, problem });
const beyond = (name: string, json: unknown, problem: RegExp): RulesDocument => ({
  ...bad(name, json, problem),
  beyondJsonSchema: true,
});

/** Rules with one carrier, made of these keys and, where they do not say, `prefixes: ["+"]`. */
const carrier = (keys: object) => ({ livekit_config: CONFIG, carriers: [{ prefixes: ['+'], ...keys }] });
const carriers = (items: readonly object[]) => ({ livekit_config: CONFIG, carriers: items });
/** Carriers for +, and behind them so many for +91, of which those of these places say fallthrough. */
const chain = (long: number, fallthrough: readonly number[], short: number) =>
  carriers([
    ...Array<object>(short).fill({ prefixes: ['+'] }),
    ...Array.from({ length: long }, (_, at) => ({ prefixes: ['+91'], fallthrough: fallthrough.includes(at) })),
  ]);
const window = (keys: object) => ({
  calling_hours: { windows: [{ days: ['mon'], from: '09:00', to: '21:00', ...keys }] },
});
const many = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** Each kind of document with what is said of it, by `readRules` and, where it has words for it, by JSON Schema. */
export const RULES_DOCUMENTS: readonly RulesDocument[] = [
  good('nothing', {}),
  good('the form that is valid for ever', { livekit_config: CONFIG }),
  good('everything', FULL_RULES),
  good("other people's keys", { livekit_config: CONFIG, notes: [1, { a: 2 }], '': 0, Carriers: 7, carrier: {} }),
  good('every key null', Object.fromEntries(Object.keys(FULL_RULES).map((key) => [key, null]))),
  bad('a list', [], /^rules: is not an object$/),
  bad('text', 'livekit_config', /^rules: is not an object$/),
  bad('false', false, /^rules: is not an object$/),

  bad('a config that is no UUID', { livekit_config: 'main' }, /^rules\.livekit_config: is not a UUID$/),
  bad('a config with a line feed', { livekit_config: `${CONFIG}\n` }, /^rules\.livekit_config: is not a UUID$/),

  good('no routes in a list', { routes: [] }),
  good('a route without priority and weight', { routes: [{ livekit_config: CONFIG }] }),
  good('as many routes as a call can be tried in', { routes: Array(32).fill({ livekit_config: CONFIG }) }),
  bad('routes in an object', { routes: { livekit_config: CONFIG } }, /^rules\.routes: is not a list$/),
  bad('a route that is text', { routes: [CONFIG] }, /^rules\.routes\[0\]: is not an object$/),
  bad('a route to nowhere', { routes: [{ weight: 1 }] }, /^rules\.routes\[0\]\.livekit_config: is missing$/),
  bad(
    'a route with a key of nobody',
    { routes: [{ livekit_config: CONFIG, wieght: 1 }] },
    /^rules\.routes\[0\]: has no key "wieght"; its keys are livekit_config, priority, weight$/,
  ),
  bad(
    'one route more',
    { routes: Array(33).fill({ livekit_config: CONFIG }) },
    /^rules\.routes: has more than 32 entries$/,
  ),
  beyond('routes of weight 0 alone', { routes: [{ livekit_config: CONFIG, weight: 0 }] }, /^rules\.routes: all have/),

  good('no carriers in a list', { carriers: [] }),
  good('a carrier of its own config', { carriers: [{ prefixes: ['+'], livekit_config: CONFIG }] }),
  good('the same prefix in two carriers', { livekit_config: CONFIG, carriers: Array(2).fill({ prefixes: ['+91'] }) }),
  good('a thousand prefixes', carrier({ prefixes: many(1_000, '+91') })),
  beyond(
    'a carrier without a config anywhere',
    { routes: [{ livekit_config: CONFIG }], carriers: [{ prefixes: ['+'] }] },
    /^rules\.carriers\[0\]: names no livekit_config, and neither do the rules$/,
  ),
  bad(
    'a carrier with a key of nobody',
    { livekit_config: CONFIG, carriers: [{ prefix: ['+91'] }] },
    /^rules\.carriers\[0\]: has no key "prefix"; its keys are prefixes, .*fallthrough \(and 1 more\)$/,
  ),
  bad('a carrier for no number', carrier({ prefixes: [] }), /^rules\.carriers\[0\]\.prefixes: is empty$/),
  bad('a prefix twice', carrier({ prefixes: ['+91', '+', '+91'] }), /prefixes\[2\]: is there twice$/),
  bad(
    'a thousand and one prefixes',
    carrier({ prefixes: many(1_001, '+91') }),
    /prefixes: has more than 1000 entries$/,
  ),
  bad(
    'a thousand and one carriers',
    { livekit_config: CONFIG, carriers: many(1_001, '+91').map((prefix) => ({ prefixes: [prefix] })) },
    /^rules\.carriers: has more than 1000 entries$/,
  ),
  good(
    'a thousand carriers, each for numbers of its own',
    carriers(many(1_000, '+91').map((prefix) => ({ prefixes: [prefix], fallthrough: true }))),
  ),
  good('as many carriers for one number as a call can be tried in', carriers(Array(32).fill({ prefixes: ['+91'] }))),
  beyond(
    'one more',
    carriers(Array(33).fill({ prefixes: ['+1', '+91'] })),
    /^rules\.carriers\[0\]\.prefixes\[0\]: fits more than 32 carriers, with those that fallthrough leads on to$/,
  ),
  good('as many on each of two prefixes that do not lead on', chain(32, [], 32)),
  good('as many on two that do', chain(12, [0], 20)),
  beyond('one more on two that do', chain(13, [0], 20), /^rules\.carriers\[20\]\.prefixes\[0\]: fits more than 32/),
  good('the same on two that do', carriers(Array(32).fill({ prefixes: ['+91', '+'], fallthrough: true }))),
  ...['', '91', '+0', '+91x', '+ 91', '+9-1', '+٩١', '++91', '+1234567890123456', '+91\n'].map((prefix) =>
    bad(`the prefix ${JSON.stringify(prefix)}`, carrier({ prefixes: [prefix] }), /prefixes\[0\]: is not \+ and up to/),
  ),
  bad(
    'a prefix as YAML reads +91',
    carrier({ prefixes: [91] }),
    /prefixes\[0\]: is a number where text is wanted; put it/,
  ),

  bad('a trunk of another kind', carrier({ trunk_id: 'SX_1' }), /\.trunk_id: is not a trunk's id, ST_…$/),
  bad('a trunk with a blank', carrier({ trunk_id: 'ST_a b' }), /\.trunk_id: is not/),
  bad('a trunk of null', carrier({ trunk_id: null }), /\.trunk_id: is not text$/),

  good('priority 0', carrier({ priority: 0 })),
  bad('priority -1', carrier({ priority: -1 }), /\.priority: is less than 0$/),
  bad('priority 1001', carrier({ priority: 1_001 }), /\.priority: is more than 1000$/),
  bad('priority 1.5', carrier({ priority: 1.5 }), /\.priority: is not a whole number$/),
  good('the greatest weight', carrier({ weight: 1_000_000 })),
  bad('a greater weight', carrier({ weight: 1_000_001 }), /\.weight: is more than 1000000$/),
  bad('a negative weight', carrier({ weight: -1 }), /\.weight: is less than 0$/),
  bad('a weight in text', carrier({ weight: '80' }), /\.weight: is not a/),
  bad('weight NaN', carrier({ weight: NaN }), /\.weight: is not a/),
  bad('weight Infinity', carrier({ weight: Infinity }), /\.weight: /),
  bad('weight 1e400', carrier({ weight: 1e308 * 10 }), /\.weight: /),
  beyond('carriers of weight 0 alone', carrier({ weight: 0 }), /^rules\.carriers: all have weight 0/),

  ...['0', '0.012', '999999.999999999', '000001', '0.000000001'].map((cost) =>
    good(`the cost ${cost}`, carrier({ cost_per_minute: cost })),
  ),
  ...['NaN', '1e400', '-1', '+1', '.5', '1.', '1,5', '1 ', '', '1234567', '0.0000000001', '0x1', '١', '1\n'].map(
    (cost) =>
      bad(
        `the cost ${JSON.stringify(cost)}`,
        carrier({ cost_per_minute: cost }),
        /\.cost_per_minute: is not a decimal/,
      ),
  ),
  bad('a cost that is a number', carrier({ cost_per_minute: 0.012 }), /\.cost_per_minute: is a number where text/),
  bad('the cost NaN as a number', carrier({ cost_per_minute: NaN }), /\.cost_per_minute: is /),

  bad('a caller id without +', carrier({ caller_id: '12125550100' }), /\.caller_id: is not E\.164/),
  bad('a caller id with a header', carrier({ caller_id: '+12125550100\r\nX: 1' }), /\.caller_id: is not E\.164/),
  bad('a form of caller ids of nobody', carrier({ caller_id_format: 'E164' }), /is none of e164, digits, national$/),

  good('an empty dial format', carrier({ dial_format: {} })),
  good(
    'a dial format for 0 and the national number',
    carrier({ dial_format: { strip: 2, trunk_zero: true, plus: false } }),
  ),
  bad('strip 16', carrier({ dial_format: { strip: 16, plus: false } }), /\.dial_format\.strip: is more than 15$/),
  bad(
    'a negative strip',
    carrier({ dial_format: { strip: -1, plus: false } }),
    /\.dial_format\.strip: is less than 0$/,
  ),
  bad('letters before the number', carrier({ dial_format: { prefix: 'a', plus: false } }), /\.prefix: is not up to 15/),
  bad(
    'sixteen digits before it',
    carrier({ dial_format: { prefix: '1'.repeat(16), plus: false } }),
    /\.prefix: is not up/,
  ),
  bad('plus in text', carrier({ dial_format: { plus: 'yes' } }), /\.dial_format\.plus: is not true or false$/),
  bad(
    'a dial format of nobody',
    carrier({ dial_format: { trunkZero: true } }),
    /\.dial_format: has no key "trunkZero"; its/,
  ),
  beyond(
    '+ before less than the number',
    carrier({ dial_format: { strip: 2 } }),
    /\.dial_format: \+ is for the number as/,
  ),
  beyond(
    '+ before more than the number',
    carrier({ dial_format: { prefix: '1' } }),
    /\.dial_format: \+ is for the number/,
  ),
  beyond('+ before 0', carrier({ dial_format: { trunk_zero: true } }), /\.dial_format: \+ is for the number as it is/),

  bad(
    'a header profile with a blank',
    carrier({ header_profile: 'a b' }),
    /\.header_profile: is not a name of up to 32/,
  ),
  bad('fallthrough in text', carrier({ fallthrough: 'no' }), /\.fallthrough: is not true or false$/),
  bad('a strategy of nobody', { strategy: 'cheapest' }, /^rules\.strategy: is none of weight, least_cost$/),
  bad('no region', { region: '' }, /^rules\.region: is not a name of up to 32/),
  bad('a long region', { region: 'a'.repeat(33) }, /^rules\.region: is not a name of up to 32/),

  good('no country at all', { destinations: { allow: [] } }),
  good('Kosovo', { destinations: { allow: ['XK'] } }),
  good('every number denied', { destinations: { deny_prefixes: ['+'] } }),
  bad(
    'a country in small letters',
    { destinations: { allow: ['in'] } },
    /^rules\.destinations\.allow\[0\]: is not the code/,
  ),
  bad('a country that is none', { destinations: { allow: ['UK'] } }, /\.allow\[0\]: is not the code of a country/),
  bad('a country twice', { destinations: { allow: ['IN', 'IN'] } }, /\.allow\[1\]: is there twice$/),
  bad('one country outside a list', { destinations: { allow: 'IN' } }, /\.allow: is not a list$/),
  bad('a kind of nobody', { destinations: { allow_kinds: ['premuim'] } }, /\.allow_kinds\[0\]: is none of mobile, /),
  bad(
    'destinations of nobody',
    { destinations: { deny: ['+1'] } },
    /^rules\.destinations: has no key "deny"; its keys are/,
  ),

  good('hours without a zone', window({})),
  good('the last minute of the day', window({ from: '23:59', to: '24:00' })),
  good('a zone under its old name', { calling_hours: { ...window({}).calling_hours, timezone: 'Asia/Calcutta' } }),
  ...['', '+05:30', 'Asia/', '../etc/passwd', 'Asia/Kolkata\n', 'Ａsia/Kolkata', 'Asia Kolkata'].map((timezone) =>
    bad(
      `the zone ${JSON.stringify(timezone)}`,
      { calling_hours: { ...window({}).calling_hours, timezone } },
      /^rules\.calling_hours\.timezone: is not the name of a time zone$/,
    ),
  ),
  ...['Asia/Kolkatta', 'IST5', `A${'/A'.repeat(3)}`, 'a'.repeat(1_000)].map((timezone) =>
    beyond(
      `the zone ${timezone.slice(0, 20)}`,
      { calling_hours: { ...window({}).calling_hours, timezone } },
      /^rules\.calling_hours\.timezone: is not the name of a time zone that is known, such as Asia\/Kolkata$/,
    ),
  ),
  bad('no windows', { calling_hours: { windows: [] } }, /^rules\.calling_hours\.windows: is empty$/),
  bad('hours that are not said', { calling_hours: {} }, /^rules\.calling_hours\.windows: is missing$/),
  bad('no days', window({ days: [] }), /\.windows\[0\]\.days: is empty$/),
  bad('a day twice', window({ days: ['mon', 'tue', 'mon'] }), /\.days\[2\]: is there twice$/),
  bad('a day by its full name', window({ days: ['monday'] }), /\.days\[0\]: is none of sun, mon, /),
  bad('a time without a zero', window({ from: '9:00' }), /\.from: is not a time from 00:00 to 23:59$/),
  bad('from 24:00', window({ from: '24:00' }), /\.from: is not a time/),
  bad('to 24:01', window({ to: '24:01' }), /\.to: is not a time from 00:01 to 24:00$/),
  bad('a time with seconds', window({ to: '21:00:00' }), /\.to: is not a time/),
  beyond('hours that end before they begin', window({ from: '21:00', to: '09:00' }), /\.windows\[0\]: ends before it/),
  beyond(
    'hours that end as they begin',
    window({ from: '09:00', to: '09:00' }),
    /\.windows\[0\]: ends before it begins/,
  ),

  good('two and a half dials a second', { limits: { calls_per_second: 2.5 } }),
  bad(
    'no dials a second',
    { limits: { calls_per_second: 0 } },
    /^rules\.limits\.calls_per_second: is less than 0\.001$/,
  ),
  bad('a limit of 0', { limits: { calls_per_day: 0 } }, /^rules\.limits\.calls_per_day: is less than 1$/),
  bad('half a call', { limits: { calls_per_day: 0.5 } }, /^rules\.limits\.calls_per_day: is not a whole number$/),
  bad('a negative limit', { limits: { max_concurrent_calls: -1 } }, /\.max_concurrent_calls: is less than 1$/),
  bad('a limit in text', { limits: { per_callee_per_day: '3' } }, /\.per_callee_per_day: is not a/),
  bad('a limit of NaN', { limits: { calls_per_second: NaN } }, /\.calls_per_second: is not a number$/),
  bad(
    'a limit of nobody',
    { limits: { cps: 2 } },
    /^rules\.limits: has no key "cps"; its keys are max_concurrent_calls/,
  ),
];
