import { z } from 'zod';

import { COUNTRY_CODES } from './country-codes.ts';
import { quoteKey } from './describe-problem.ts';
import { findCrowdedPrefix, MAX_WAYS } from './find-crowded-prefix.ts';
import { isTimeZone } from './is-time-zone.ts';
import { SIP_TRUNK_ID } from './livekit-config.ts';
import { NUMBER_KINDS } from './number-kind.ts';
import { E164 } from './phone-number.ts';
import { SHORT_NAME } from './short-name.ts';
import { UUID } from './uuid.ts';

/** In the order of `Date.getUTCDay`. */
export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** Every limit that counts something. */
const COUNT_MAX = 1_000_000_000;

/**
 * An object of ours: a key that it does not have is refused, so that a misspelt rule is not a rule left out. Patterns
 * say `[0-9]` for what is a digit, because the published schema is read by other languages too.
 */
function own<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `has no key ${issue.keys.slice(0, 3).map(quoteKey).join(', ')}; its keys are ${keys}`
        : undefined,
  });
}

function noRepeats<Item extends z.ZodType<string>>(item: Item, { min = 0, max }: { min?: number; max: number }) {
  return z
    .array(item)
    .min(min)
    .max(max)
    .superRefine((items, context) => {
      const seen = new Set<string>();
      for (const [index, text] of items.entries()) {
        if (seen.has(text)) context.addIssue({ code: 'custom', path: [index], message: 'is there twice' });
        seen.add(text);
      }
    })
    .meta({ uniqueItems: true });
}

const uuid = z.string().regex(UUID, 'is not a UUID');
const prefix = z.string().regex(/^\+([1-9][0-9]{0,14})?$/, 'is not + and up to 15 digits');
const country = z
  .enum(COUNTRY_CODES, { error: 'is not the code of a country, two capital letters of ISO 3166' })
  .meta({ id: 'country' });
const priority = z.int().min(0).max(1_000).default(1).describe('1 is tried before 2.');
const weight = z
  .int()
  .min(0)
  .max(1_000_000)
  .default(100)
  .describe('The share among those of equal priority; 0 is tried after all others of its priority.');

export const shortName = z
  .string()
  .regex(SHORT_NAME, 'is not a name of up to 32 letters, digits, hyphens and underscores');

const region = shortName.describe(
  "Calls go to deployments of this region only; compared exactly with the deployment's.",
);

const destinations = own({
  allow: noRepeats(country, { max: 300 }).optional().describe('Countries that may be called, ISO 3166 alpha-2.'),
  deny_prefixes: noRepeats(prefix, { max: 1_000 }).default([]).describe('Numbers that may not be called.'),
  allow_kinds: noRepeats(z.enum(NUMBER_KINDS), { max: NUMBER_KINDS.length })
    .optional()
    .describe('Kinds of numbers that are refused unless they are named here, such as premium.'),
}).describe('Who may be called.');

const callingHours = own({
  timezone: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,3}$/, {
      error: 'is not the name of a time zone',
      abort: true,
    })
    .refine(isTimeZone, { error: 'is not the name of a time zone that is known, such as Asia/Kolkata' })
    .optional()
    .describe("An IANA name. Left out: the time zone of the callee's country."),
  windows: z
    .array(
      own({
        days: noRepeats(z.enum(DAYS), { min: 1, max: 7 }),
        from: z
          .string()
          .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, { error: 'is not a time from 00:00 to 23:59', abort: true }),
        to: z
          .string()
          .regex(/^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/, { error: 'is not a time from 00:01 to 24:00', abort: true })
          .describe('The first minute that is out.'),
      }).refine(({ from, to }) => from < to, {
        error: 'ends before it begins; hours over midnight are two windows, up to 24:00 and from 00:00',
      }),
    )
    .min(1)
    .max(100),
}).describe("When people may be called, in the callee's time.");

export const LIMITS_SCHEMA = own({
  max_concurrent_calls: z.int().min(1).max(COUNT_MAX).optional(),
  calls_per_second: z.number().min(0.001).max(10_000).optional().describe('Dials started; 0.5 is one in two seconds.'),
  calls_per_day: z.int().min(1).max(COUNT_MAX).optional(),
  per_callee_per_day: z.int().min(1).max(COUNT_MAX).optional(),
}).describe('Enforced where calls are accepted and dialled.');

const routes = z
  .array(own({ livekit_config: uuid, priority, weight }))
  .max(MAX_WAYS)
  .superRefine(someWeight)
  .describe('LiveKit configs to choose from.');

const dialFormat = own({
  strip: z.int().min(0).max(15).default(0).describe('Digits to take away from the left.'),
  prefix: z
    .string()
    .regex(/^[0-9]{0,15}$/, 'is not up to 15 digits')
    .default('')
    .describe('Digits to put in front.'),
  plus: z.boolean().default(true).describe('Whether a + comes first; only for the number as it is.'),
  trunk_zero: z.boolean().default(false).describe('Whether a 0 comes before what is left, behind the prefix.'),
})
  // With + it would be another number than the one that the destination's rules have judged.
  .refine((format) => !format.plus || (format.strip === 0 && format.prefix === '' && !format.trunk_zero), {
    error: '+ is for the number as it is; with strip, prefix or trunk_zero say "plus": false',
  })
  .describe("How the carrier wants the callee's number.");

const carriers = z
  .array(
    own({
      prefixes: noRepeats(prefix, { min: 1, max: 1_000 }).describe('Numbers that it is for; + is every number.'),
      trunk_id: z
        .string()
        .regex(SIP_TRUNK_ID, "is not a trunk's id, ST_…")
        .optional()
        .describe("Left out: the LiveKit config's own trunk."),
      livekit_config: uuid.optional().describe("Left out: the rules' own livekit_config."),
      priority,
      weight,
      cost_per_minute: z
        .string()
        .regex(/^[0-9]{1,6}(\.[0-9]{1,9})?$/, 'is not a decimal number such as "0.012"')
        .optional()
        .describe('Decimal text. Left out: not known, and dearer than any that is.'),
      caller_id: z
        .string()
        .regex(E164, 'is not E.164, such as +12125550100')
        .optional()
        .describe("One of the tenant's own numbers. Left out: the number itself."),
      caller_id_format: z
        .enum(['e164', 'digits', 'national'])
        .default('e164')
        .describe('+12125550100, 12125550100 or, with a trunk zero, 02125550100.'),
      dial_format: dialFormat.optional(),
      header_profile: shortName.optional().describe('SIP headers to send, as trunk or deployment define them.'),
      fallthrough: z.boolean().default(false).describe('Whether carriers of shorter prefixes are tried after it.'),
    }),
  )
  .max(1_000)
  .superRefine(someWeight)
  .superRefine((items, context) => {
    const place = findCrowdedPrefix(items);
    if (place === undefined) return;
    const [carrier, at] = place;
    const message = `fits more than ${MAX_WAYS} carriers, with those that fallthrough leads on to`;
    context.addIssue({ code: 'custom', path: [carrier, 'prefixes', at], message });
  })
  .describe("Ways out by the callee's number; the longest prefix that fits decides.");

/** A key of the rules that is null is left out. */
const DEFAULTS_SHAPE = {
  region: region.nullish(),
  destinations: destinations.nullish(),
  calling_hours: callingHours.nullish(),
  limits: LIMITS_SCHEMA.nullish(),
};

/** The JSON of a number's `rules`. Other people's keys beside ours are left alone. */
export const RULES_SCHEMA = z
  .looseObject({
    livekit_config: uuid.nullish().describe("The LiveKit config that the number's calls go to."),
    routes: routes.nullish(),
    carriers: carriers.nullish(),
    strategy: z
      .enum(['weight', 'least_cost'])
      .nullish()
      .describe('How those of equal priority are ordered; weight when left out.'),
    ...DEFAULTS_SHAPE,
  })
  .superRefine((rules, context) => {
    if (rules.livekit_config) return;
    const index = rules.carriers?.findIndex(({ livekit_config }) => livekit_config === undefined) ?? -1;
    if (index < 0) return;
    const message = 'names no livekit_config, and neither do the rules';
    context.addIssue({ code: 'custom', path: ['carriers', index], message });
  });

/** The JSON of a tenant's `routing_defaults`, all keys of which are ours. */
export const TENANT_DEFAULTS_SCHEMA = own(DEFAULTS_SHAPE);

function someWeight(items: readonly { readonly weight: number }[], context: z.core.$RefinementCtx): void {
  if (items.length > 0 && items.every((item) => item.weight === 0))
    context.addIssue({ code: 'custom', message: 'all have weight 0: give one a weight, or leave the weights out' });
}
