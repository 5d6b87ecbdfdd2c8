import { toE164 } from '@dialplane/tenancy';
import type { NumberParts, Reading, Rules } from '@dialplane/tenancy';

import { HashIndex } from './hash-index.ts';
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
import { PackedId, formatPackedId, hashPackedId } from './packed-id.ts';
import type { Texts } from './packed-id.ts';
import { PackedRows } from './packed-rows.ts';
import type { SharedReadings } from './shared-readings.ts';
import type { SnapshotRows } from './snapshot.ts';
import type { TenantTable } from './tenant-table.ts';

const { tenant: TENANT, low: LOW, high: HIGH, next: NEXT, rules: RULES, stride: STRIDE } = NUMBER_WORDS;

/** Numbers, found by id, and by tenant and base number. A tenant's numbers of one base number form a chain. */
export class NumberTable {
  private readonly texts: Texts;
  private readonly tenants: TenantTable;
  private readonly rules: SharedReadings<Reading<Rules>>;
  private readonly words: PackedRows;
  private readonly byId: HashIndex;
  private readonly byBase: HashIndex;
  /** How many regular numbers have each country code. */
  private readonly countries: Uint32Array;
  private readonly soughtId = new PackedId();
  private tenant = 0;
  private low = 0;
  private base = 0;

  constructor(texts: Texts, tenants: TenantTable, rules: SharedReadings<Reading<Rules>>, from?: NumberTable) {
    this.texts = texts;
    this.tenants = tenants;
    this.rules = rules;
    this.words = new PackedRows(STRIDE, from?.words);
    this.countries = from === undefined ? new Uint32Array(COUNTRY_CODES) : from.countries.slice();
    const ids = { hashOf: (row: number) => this.hashOfId(row), isSought: (row: number) => this.hasSoughtId(row) };
    const bases = { hashOf: (row: number) => this.hashOfBase(row), isSought: (row: number) => this.hasSoughtBase(row) };
    this.byId = new HashIndex(ids, from?.byId);
    this.byBase = new HashIndex(bases, from?.byBase);
  }

  seal(): void {
    this.words.seal();
    this.byId.seal();
    this.byBase.seal();
  }

  get count(): number {
    return this.words.count;
  }

  /** Row numbers are below this. */
  get length(): number {
    return this.words.length;
  }

  isRow(row: number): boolean {
    return this.words.isRow(row);
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
    const isText = (this.words.word(row, RULES) & ID_IS_TEXT) !== 0;
    return formatPackedId(this.words.chunk(row), this.words.offset(row), isText, this.texts);
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
    for (let row = 0; row < this.length; row++) if (this.isRow(row)) yield this.row(row);
  }

  put(number: SnapshotRows['voice_agent_numbers']): void {
    // What the row holds on to from now on comes first, so that what it has already is not given up in between.
    const tenant = this.tenants.hold(number.tenantId);
    const rules = this.rules.hold(number.rules);
    const { low, high, flags } = packParts(number) ?? this.holdIrregular(number, tenant);
    if ((flags & IS_IRREGULAR) === 0) this.countries[countryOf(high)]!++;

    let row = this.soughtId.read(number.id, this.texts) ? this.byId.find(this.soughtId.hash) : -1;
    if (row >= 0) {
      this.unlink(row);
      this.release(row);
    } else {
      this.soughtId.hold(number.id, this.texts);
      row = this.words.add();
      this.words.writable(row).set(this.soughtId.words, this.words.offset(row));
      this.byId.add(this.soughtId.hash, row);
    }
    const chunk = this.words.writable(row);
    const at = this.words.offset(row);
    chunk[at + TENANT] = tenant;
    chunk[at + LOW] = low;
    chunk[at + HIGH] = high;
    chunk[at + RULES] = rules | flags | (number.isActive ? IS_ACTIVE : 0) | (this.soughtId.isText ? ID_IS_TEXT : 0);
    this.link(row);
  }

  remove(id: string): void {
    const row = this.soughtId.read(id, this.texts) ? this.byId.find(this.soughtId.hash) : -1;
    if (row < 0) return;
    this.unlink(row);
    this.byId.remove(this.soughtId.hash, row);
    this.release(row);
    if (this.soughtId.isText) this.texts.release(this.soughtId.words[0]!);
    this.words.remove(row);
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
    return { low: this.holdText(baseNumber), high: this.holdText(countryCode), flags: IS_IRREGULAR };
  }

  private holdText(text: string): number {
    const found = this.texts.find(text);
    const row = found < 0 ? this.texts.add(text, undefined) : found;
    this.texts.hold(row);
    return row;
  }

  /** Puts the row second into the chain of its base number, or begins one. */
  private link(row: number): void {
    const first = this.firstLike(row);
    if (first < 0) {
      this.words.setWord(row, NEXT, 0);
      this.byBase.add(this.hashOfBase(row), row);
    } else {
      this.words.setWord(row, NEXT, this.words.word(first, NEXT));
      this.words.setWord(first, NEXT, row + 1);
    }
  }

  private unlink(row: number): void {
    const next = this.words.word(row, NEXT);
    let before = this.firstLike(row);
    if (before === row) {
      if (next === 0) this.byBase.remove(this.hashOfBase(row), row);
      else this.byBase.replace(this.hashOfBase(row), row, next - 1);
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

  private hashOfId(row: number): number {
    return hashPackedId(this.words.chunk(row), this.words.offset(row));
  }

  private hasSoughtId(row: number): boolean {
    const chunk = this.words.chunk(row);
    const at = this.words.offset(row);
    const { words, isText } = this.soughtId;
    return (
      chunk[at] === words[0] &&
      chunk[at + 1] === words[1] &&
      chunk[at + 2] === words[2] &&
      chunk[at + 3] === words[3] &&
      ((chunk[at + RULES]! & ID_IS_TEXT) !== 0) === isText
    );
  }

  private hashOfBase(row: number): number {
    return hashBase(this.words.word(row, TENANT), this.words.word(row, LOW), this.baseOf(row));
  }

  private hasSoughtBase(row: number): boolean {
    const chunk = this.words.chunk(row);
    const at = this.words.offset(row);
    return chunk[at + TENANT] === this.tenant && chunk[at + LOW] === this.low && this.baseOf(row) === this.base;
  }
}
