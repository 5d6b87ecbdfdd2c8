import { toE164 } from '@dialplane/tenancy';
import type { NumberParts, Reading, Rules } from '@dialplane/tenancy';

import type { Renumbering } from './dump-format.ts';
import { HashIndex } from './hash-index.ts';
import { IdRows } from './id-rows.ts';
import {
  COUNTRY_CODES,
  ID_IS_TEXT,
  IRREGULAR_BASE,
  IS_ACTIVE,
  IS_IRREGULAR,
  NUMBER_WORDS,
  RULES_MASK,
  baseLengthOf,
  baseOf,
  countryOf,
  hashBase,
  packBase,
  packParts,
  unpackParts,
} from './number-words.ts';
import { canBeE164, lowWord } from './packed-digits.ts';
import type { Texts } from './packed-id.ts';
import type { PackedRows } from './packed-rows.ts';
import type { SharedReadings } from './shared-readings.ts';
import type { SnapshotRows } from './snapshot.ts';
import type { TenantTable } from './tenant-table.ts';

const { tenant: TENANT, low: LOW, high: HIGH, next: NEXT, rules: RULES, stride: STRIDE } = NUMBER_WORDS;

/** Numbers, found by id, and by tenant and base number. A tenant's numbers of one base number form a chain. */
export class NumberTable {
  private readonly texts: Texts;
  private readonly tenants: TenantTable;
  private readonly rules: SharedReadings<Reading<Rules>>;
  private readonly ids: IdRows;
  private readonly byBase: HashIndex;
  /** How many regular numbers have each country code. */
  private readonly countries: Uint32Array;
  private tenant = 0;
  private low = 0;
  private base = 0;

  constructor(texts: Texts, tenants: TenantTable, rules: SharedReadings<Reading<Rules>>, from?: NumberTable) {
    this.texts = texts;
    this.tenants = tenants;
    this.rules = rules;
    this.ids = new IdRows(STRIDE, ID_IS_TEXT, texts, from?.ids);
    this.countries = from === undefined ? new Uint32Array(COUNTRY_CODES) : from.countries.slice();
    this.byBase = new HashIndex(this, from?.byBase);
  }

  seal(): void {
    this.ids.seal();
    this.byBase.seal();
  }

  /** See HashIndex. */
  reserve(rows: number): void {
    this.ids.reserve(rows);
    this.byBase.reserve(rows);
  }

  get words(): PackedRows {
    return this.ids.words;
  }

  get bytes(): number {
    return this.ids.bytes + this.byBase.bytes;
  }

  /** The first of the tenant's numbers with a base number of so many digits, or -1. */
  firstWithDigits(tenant: number, value: number, length: number): number {
    return this.first(tenant, lowWord(value), packBase(value, length));
  }

  /** The first of the tenant's irregular numbers with the base number, or -1. */
  firstWithText(tenant: number, baseNumber: string): number {
    const text = this.texts.find(baseNumber);
    return text < 0 ? -1 : this.first(tenant, text, IRREGULAR_BASE);
  }

  /** The number after it with the same base number, or -1. */
  next(row: number): number {
    return this.words.word(row, NEXT) - 1;
  }

  /** Whether any regular number, of whatever tenant, has the country code. */
  hasCountry(country: number): boolean {
    return this.countries[country] !== 0;
  }

  /** Of a regular number. */
  country(row: number): number {
    return countryOf(this.words.word(row, HIGH));
  }

  id(row: number): string {
    return this.ids.id(row);
  }

  tenantId(row: number): string {
    return this.tenants.id(this.words.word(row, TENANT));
  }

  isActive(row: number): boolean {
    return (this.words.word(row, RULES) & IS_ACTIVE) !== 0;
  }

  reading(row: number): Reading<Rules> {
    return this.rules.reading(this.words.word(row, RULES) & RULES_MASK);
  }

  /** Whether its parts make no E.164 number. */
  isIncomplete(row: number): boolean {
    if ((this.words.word(row, RULES) & IS_IRREGULAR) !== 0) return toE164(this.parts(row)) === undefined;
    const high = this.words.word(row, HIGH);
    return !canBeE164(String(countryOf(high)).length, baseLengthOf(high));
  }

  /** As stored. */
  parts(row: number): NumberParts {
    const low = this.words.word(row, LOW);
    const high = this.words.word(row, HIGH);
    const flags = this.words.word(row, RULES);
    return (flags & IS_IRREGULAR) === 0
      ? unpackParts(low, high, flags)
      : { baseNumber: this.texts.text(low), countryCode: this.texts.text(high) };
  }

  row(row: number): SnapshotRows['voice_agent_numbers'] {
    return {
      id: this.id(row),
      tenantId: this.tenantId(row),
      ...this.parts(row),
      rules: this.rules.text(this.words.word(row, RULES) & RULES_MASK),
      isActive: this.isActive(row),
    };
  }

  *rows(): Generator<SnapshotRows['voice_agent_numbers']> {
    for (let row = 0; row < this.words.length; row++) if (this.words.isRow(row)) yield this.row(row);
  }

  put(number: SnapshotRows['voice_agent_numbers']): void {
    // What the row holds on to from now on comes first, so that what it has already is not given up in between.
    const tenant = this.tenants.hold(number.tenantId);
    const rules = this.rules.hold(number.rules);
    const { low, high, flags } = packParts(number) ?? this.holdIrregular(number, tenant);
    if ((flags & IS_IRREGULAR) === 0) this.countries[countryOf(high)]!++;

    this.place(this.ids.find(number.id), tenant, low, high, rules | flags | (number.isActive ? IS_ACTIVE : 0));
  }

  /** Puts a dumped row. */
  putWords(words: Int32Array, at: number, renumbering: Renumbering): void {
    const flags = words[at + RULES]!;
    const tenant = renumbering.tenant(words[at + TENANT]!);
    const rules = renumbering.rules(flags & RULES_MASK);
    let low = words[at + LOW]!;
    let high = words[at + HIGH]!;
    if ((flags & IS_IRREGULAR) === 0) {
      if (countryOf(high) >= COUNTRY_CODES) throw new RangeError('A country code has three digits at most.');
      this.countries[countryOf(high)]!++;
    } else {
      low = renumbering.text(low);
      high = renumbering.text(high);
      this.texts.hold(low);
      this.texts.hold(high);
      this.tenants.countIrregular(tenant, 1);
    }
    this.tenants.holdAgain(tenant);
    this.rules.holdAgain(rules);
    const found = this.ids.findWords(words, at, renumbering);
    this.place(found, tenant, low, high, rules | (flags & ~RULES_MASK & ~ID_IS_TEXT));
  }

  /** Gives the id that was looked for last, in its row or a new one, what is held already. */
  private place(found: number, tenant: number, low: number, high: number, rules: number): void {
    // A row that keeps its base number keeps its place in the index, which nobody has to copy then.
    const isLinked = found >= 0 && this.hasBase(found, tenant, low, baseOf(high, rules));
    if (found >= 0) {
      if (!isLinked) this.unlink(found);
      this.release(found);
    }
    const row = found < 0 ? this.ids.add() : found;
    const chunk = this.words.writable(row);
    const at = this.words.offset(row);
    chunk[at + TENANT] = tenant;
    chunk[at + LOW] = low;
    chunk[at + HIGH] = high;
    this.ids.setLast(row, rules);
    if (!isLinked) this.link(row);
  }

  private hasBase(row: number, tenant: number, low: number, base: number): boolean {
    return (
      this.words.word(row, TENANT) === tenant && this.words.word(row, LOW) === (low | 0) && this.baseOf(row) === base
    );
  }

  remove(id: string): void {
    const row = this.ids.find(id);
    if (row < 0) return;
    this.unlink(row);
    this.release(row);
    this.ids.remove(row);
  }

  /** Gives up what the row holds on to, but for its id. */
  private release(row: number): void {
    const tenant = this.words.word(row, TENANT);
    const flags = this.words.word(row, RULES);
    if ((flags & IS_IRREGULAR) === 0) {
      this.countries[this.country(row)]!--;
    } else {
      this.texts.release(this.words.word(row, LOW));
      this.texts.release(this.words.word(row, HIGH));
      this.tenants.countIrregular(tenant, -1);
    }
    this.rules.release(flags & RULES_MASK);
    this.tenants.release(tenant);
  }

  private holdIrregular({ baseNumber, countryCode }: NumberParts, tenant: number) {
    this.tenants.countIrregular(tenant, 1);
    return {
      low: this.texts.holdText(baseNumber, undefined),
      high: this.texts.holdText(countryCode, undefined),
      flags: IS_IRREGULAR,
    };
  }

  /** Puts the row second into the chain of its base number, or begins one. */
  private link(row: number): void {
    const first = this.firstLike(row);
    if (first < 0) {
      this.words.setWord(row, NEXT, 0);
      this.byBase.add(this.hashOf(row), row);
    } else {
      this.words.setWord(row, NEXT, this.words.word(first, NEXT));
      this.words.setWord(first, NEXT, row + 1);
    }
  }

  private unlink(row: number): void {
    const next = this.words.word(row, NEXT);
    let before = this.firstLike(row);
    if (before === row) {
      if (next === 0) this.byBase.remove(this.hashOf(row), row);
      else this.byBase.replace(this.hashOf(row), row, next - 1);
      return;
    }
    while (this.next(before) !== row) before = this.next(before);
    this.words.setWord(before, NEXT, next);
  }

  private firstLike(row: number): number {
    return this.first(this.words.word(row, TENANT), this.words.word(row, LOW), this.baseOf(row));
  }

  private first(tenant: number, low: number, base: number): number {
    this.tenant = tenant;
    this.low = low;
    this.base = base;
    return this.byBase.find(hashBase(tenant, low, base));
  }

  private baseOf(row: number): number {
    return baseOf(this.words.word(row, HIGH), this.words.word(row, RULES));
  }

  hashOf(row: number): number {
    return hashBase(this.words.word(row, TENANT), this.words.word(row, LOW), this.baseOf(row));
  }

  isSought(row: number): boolean {
    const chunk = this.words.chunk(row);
    const at = this.words.offset(row);
    return chunk[at + TENANT] === this.tenant && chunk[at + LOW] === this.low && this.baseOf(row) === this.base;
  }
}
