import type { NumberKind } from '@dialplane/routing/numbers/number-kind';
import type { NumberSeries } from '@dialplane/routing/numbers/number-series';

import { numberAutomaton } from './number-automaton.ts';
import type { DigitPattern } from './parse-digit-pattern.ts';
import { parseDigitPattern } from './parse-digit-pattern.ts';
import type { NumberTable, TableClass } from './number-table.ts';
import type { CallingCodePlans, CountryPlan } from './read-library-plans.ts';

/** E.164's longest number, and the shortest that the contract accepts; both without the plus sign. */
const MAX_DIGITS = 15;
const MIN_DIGITS = 7;
const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** Should several patterns fit, the costliest is taken. None do today; the library would take `fixed` first. */
const KIND_ORDER: readonly NumberKind[] = [
  'premium',
  'shared_cost',
  'personal',
  'satellite',
  'fixed',
  'mobile',
  'toll_free',
  'voip',
  'pager',
  'uan',
  'voicemail',
];

/** Joins all plans and the series that correct them into one table. */
export function buildNumberTable(all: readonly CallingCodePlans[], series: readonly NumberSeries[]): NumberTable {
  const table = emptyTable();
  const nowhere = table.sink({ callingCode: '', country: undefined, kind: 'unknown' });
  const roots = new Map(
    all.map((plans) => {
      const { callingCode } = plans;
      return [
        callingCode,
        addPlans(
          table,
          plans,
          series.filter((one) => one.callingCode === callingCode),
        ),
      ];
    }),
  );
  const lost = series.find(({ callingCode }) => !roots.has(callingCode));
  if (lost !== undefined) throw new Error(`A series of the calling code ${lost.callingCode}, which no plan has`);

  const branch = (prefix: string): number => {
    const plans = roots.get(prefix);
    if (plans !== undefined) return plans;
    if (![...roots.keys()].some((code) => code.startsWith(prefix))) return nowhere;
    return table.node(
      table.classAtOf(nowhere),
      DIGITS.map((digit) => branch(`${prefix}${digit}`)),
    );
  };
  return table.from(branch(''));
}

/** Nodes are kept once each, whatever the way to them: that makes the table small. */
function emptyTable() {
  const classes: TableClass[] = [];
  const classPlaces = new Map<string, number>();
  const nodes: { classAt: number; next: readonly number[] }[] = [];
  const nodePlaces = new Map<string, number>();
  const sinks = new Map<number, number>();

  const classAt = (found: TableClass): number => {
    const key = `${found.callingCode}|${found.country}|${found.kind}`;
    const place = classPlaces.get(key) ?? classes.push(found) - 1;
    classPlaces.set(key, place);
    return place;
  };
  const sinkAt = (at: number): number => {
    const known = sinks.get(at);
    if (known !== undefined) return known;
    const place = nodes.length;
    nodes.push({ classAt: at, next: DIGITS.map(() => place) });
    sinks.set(at, place);
    return place;
  };
  return {
    classAt,
    /** The node of a class that no further digit changes. */
    sink: (found: TableClass): number => sinkAt(classAt(found)),
    classAtOf: (node: number): number => nodes[node]?.classAt ?? 0,
    node(at: number, next: readonly number[]): number {
      const sink = sinkAt(at);
      if (next.every((child) => child === sink)) return sink;
      const key = `${at}:${next.join()}`;
      const place = nodePlaces.get(key) ?? nodes.push({ classAt: at, next }) - 1;
      nodePlaces.set(key, place);
      return place;
    },
    /** The part of the table that can be reached from a node; breadth first, so that equal input gives equal output. */
    from(root: number): NumberTable {
      const order = [root];
      const places = new Map([[root, 0]]);
      for (const place of order) {
        for (const child of nodes[place]?.next ?? []) {
          if (places.has(child)) continue;
          places.set(child, order.length);
          order.push(child);
        }
      }
      const usedClasses: TableClass[] = [];
      const classNames = new Map<number, number>();
      const nameClass = (at: number): number => {
        const known = classNames.get(at);
        if (known !== undefined) return known;
        const found = classes[at];
        if (found === undefined) throw new Error(`No class ${at}`);
        classNames.set(at, usedClasses.length);
        return usedClasses.push(found) - 1;
      };
      const reached = order.map((place) => {
        const node = nodes[place];
        if (node === undefined) throw new Error(`No node ${place}`);
        return { classAt: nameClass(node.classAt), next: node.next.map((child) => places.get(child) ?? 0) };
      });
      return { classes: usedClasses, nodes: reached };
    },
  };
}

type Tag =
  | { readonly of: 'plan' | 'leading' | 'emergency' | 'trunk_emergency'; readonly plan: number }
  | { readonly of: 'kind'; readonly plan: number; readonly kind: NumberKind; readonly lengths: readonly number[] }
  | { readonly of: 'series'; readonly series: NumberSeries };

/** A state of reading one calling code's numbers, before its meaning is settled. */
interface Reading {
  readonly tags: readonly Tag[];
  /** What the number is if it ends here. */
  readonly found: { readonly country: string | undefined; readonly kind: NumberKind } | undefined;
  /** Undefined where E.164 ends or nothing goes on. */
  readonly next: readonly (Reading | undefined)[];
  /** The countries that a number may still turn out to belong to. */
  readonly countries: ReadonlySet<string | undefined>;
  readonly name: number;
}

/** Adds the numbers of one calling code and answers the node at which they begin. */
function addPlans(
  table: ReturnType<typeof emptyTable>,
  { callingCode, plans }: CallingCodePlans,
  series: readonly NumberSeries[],
): number {
  const [main] = plans;
  if (main === undefined) throw new Error(`The calling code ${callingCode} has no plan`);
  const start = readPlans(callingCode, plans, series);

  // Until the digits say otherwise a number is the main country's; but not in +1, whose three-digit area codes are
  // dealt out to 25 countries, a code that is not yet assigned to any of them.
  const [ambiguous, areaCode] = callingCode === '1' ? [undefined, 3] : [main.country, 0];
  const settled = new Map<string, number>();
  type Before = { readonly country: string | undefined; readonly emergency: number };
  const settle = (reading: Reading | undefined, before: Before, length: number): number => {
    const left = reading === undefined || reading.countries.size === 0;
    const country =
      length < areaCode
        ? ambiguous
        : left
          ? before.country
          : reading.countries.size === 1
            ? [...reading.countries][0]
            : ambiguous;
    let emergency = before.emergency;
    for (const tag of reading?.tags ?? []) {
      if (tag.of === 'emergency' || (tag.of === 'trunk_emergency' && left)) emergency |= 1 << tag.plan;
    }
    const emergencyHere = plans.some(
      (plan, index) => (emergency >> index) & 1 && (country === undefined || plan.country === country),
    );
    const key = `${reading?.name}|${length}|${country}|${emergency}`;
    const known = settled.get(key);
    if (known !== undefined) return known;
    const found = reading?.found ?? { country, kind: emergencyHere ? 'emergency_like' : 'unknown' };
    const classOf: TableClass = { callingCode, ...found };
    const node =
      reading === undefined
        ? table.sink(classOf)
        : table.node(
            table.classAt(classOf),
            DIGITS.map((digit) => settle(reading.next[digit], { country, emergency }, length + 1)),
          );
    settled.set(key, node);
    return node;
  };
  return settle(start, { country: ambiguous, emergency: 0 }, 0);
}

/** Reads all numbers of a calling code at once; the answer is the state before the first digit after the code. */
function readPlans(callingCode: string, plans: readonly CountryPlan[], series: readonly NumberSeries[]): Reading {
  const maxLength = MAX_DIGITS - callingCode.length;
  const tagged = tagPatterns(plans, series, maxLength);
  const automaton = numberAutomaton(tagged.map(({ pattern }) => pattern));
  const readings = new Map<string, Reading>();
  let named = 0;

  const read = (states: readonly number[], length: number, leadBefore: number): Reading | undefined => {
    if (states.length === 0) return undefined;
    const tags = automaton
      .tags(states)
      .map((place) => tagged[place]?.tag)
      .filter((tag) => tag !== undefined);
    let lead = leadBefore;
    for (const tag of tags) if (tag.of === 'leading') lead |= 1 << tag.plan;
    const key = `${length}|${lead}|${states.join()}`;
    const known = readings.get(key);
    if (known !== undefined) return known;
    const found = callingCode.length + length < MIN_DIGITS ? undefined : identify(plans, tags, length, lead);
    const next =
      length === maxLength ? [] : DIGITS.map((digit) => read(automaton.step(states, digit), length + 1, lead));
    const countries = new Set(next.flatMap((reading) => (reading === undefined ? [] : [...reading.countries])));
    if (found !== undefined) countries.add(found.country);
    const reading = { tags, found, next, countries, name: named++ };
    readings.set(key, reading);
    return reading;
  };
  const start = read(automaton.start, 0, 0);
  if (start === undefined) throw new Error(`The calling code ${callingCode} has no numbers`);
  return start;
}

/** What a number is that ends here; undefined when no series of any plan has it. */
function identify(plans: readonly CountryPlan[], tags: readonly Tag[], length: number, lead: number): Reading['found'] {
  const corrected = tags.find((tag) => tag.of === 'series');
  if (corrected !== undefined) return { country: corrected.series.country, kind: corrected.series.kind };
  for (const [index, plan] of plans.entries()) {
    const kind = kindInPlan(plan, index, tags, length);
    // As the library has it: leading digits settle the country, kinds settle it elsewhere.
    if (plan.leadingDigits === undefined ? kind !== undefined : (lead >> index) & 1) {
      return kind === undefined ? undefined : { country: plan.country, kind };
    }
  }
  return undefined;
}

function kindInPlan(plan: CountryPlan, index: number, tags: readonly Tag[], length: number): NumberKind | undefined {
  if (!tags.some((tag) => tag.of === 'plan' && tag.plan === index)) return undefined;
  const kinds = tags.flatMap((tag) =>
    tag.of === 'kind' && tag.plan === index && tag.lengths.includes(length) ? [tag.kind] : [],
  );
  const kind = KIND_ORDER.find((one) => kinds.includes(one));
  return kind === 'fixed' && (plan.fixedIsMobile || kinds.includes('mobile')) ? 'fixed_or_mobile' : kind;
}

function tagPatterns(plans: readonly CountryPlan[], series: readonly NumberSeries[], maxLength: number) {
  const tagged: { readonly tag: Tag; readonly pattern: DigitPattern }[] = [];
  plans.forEach((plan, index) => {
    tagged.push({ tag: { of: 'plan', plan: index }, pattern: parseDigitPattern(plan.pattern) });
    for (const { kind, pattern, lengths } of plan.kinds) {
      tagged.push({ tag: { of: 'kind', plan: index, kind, lengths }, pattern: parseDigitPattern(pattern) });
    }
    if (plan.leadingDigits !== undefined) {
      tagged.push({ tag: { of: 'leading', plan: index }, pattern: parseDigitPattern(plan.leadingDigits) });
    }
    if (plan.emergencyCodes.length > 0) {
      const codes = plan.emergencyCodes.join('|');
      tagged.push({ tag: { of: 'emergency', plan: index }, pattern: parseDigitPattern(codes) });
      if (plan.nationalPrefix !== undefined && /^\d+$/.test(plan.nationalPrefix)) {
        tagged.push({
          tag: { of: 'trunk_emergency', plan: index },
          pattern: parseDigitPattern(`${plan.nationalPrefix}(?:${codes})`),
        });
      }
    }
  });
  for (const one of series) {
    const rest = (one.nationalLengths ?? Array.from({ length: maxLength + 1 }, (_, length) => length))
      .map((length) => length - one.nationalPrefix.length)
      .filter((length) => length >= 0)
      .map((length) => (length === 0 ? '' : `\\d{${length}}`));
    tagged.push({
      tag: { of: 'series', series: one },
      pattern: parseDigitPattern(`${one.nationalPrefix}(?:${rest.join('|')})`),
    });
  }
  return tagged;
}
