import type { Renumbering } from './dump-format.ts';
import { finish, mix } from './hash.ts';
import { HashIndex } from './hash-index.ts';
import { highWord, joinWords, lowWord, readDigits } from './packed-digits.ts';
import type { Texts } from './packed-id.ts';
import { PackedRows } from './packed-rows.ts';
import type { SnapshotRows } from './snapshot.ts';
import type { TenantTable } from './tenant-table.ts';

/** The tenant plus one, or 0 for everybody's list; then the number's digits, or its row among the texts. */
const TENANT = 0;
const LOW = 1;
const HIGH = 2;
const STRIDE = 3;
const IS_TEXT = 0x40000000;

/** Numbers that must not be called. */
export class DoNotCallTable {
  private readonly texts: Texts;
  private readonly tenants: TenantTable;
  readonly words: PackedRows;
  private readonly index: HashIndex;
  private tenant = 0;
  private low = 0;
  private high = 0;

  constructor(texts: Texts, tenants: TenantTable, from?: DoNotCallTable) {
    this.texts = texts;
    this.tenants = tenants;
    this.words = new PackedRows(STRIDE, from?.words);
    this.index = new HashIndex(this, from?.index);
  }

  seal(): void {
    this.words.seal();
    this.index.seal();
  }

  get bytes(): number {
    return this.words.bytes + this.index.bytes;
  }

  /** Whose list has the number. */
  list(tenantId: string, number: string): 'tenant' | 'everybody' | undefined {
    if (this.words.count === 0 || !this.seekNumber(number)) return undefined;
    if (this.seekTenant(tenantId) && this.find() >= 0) return 'tenant';
    this.tenant = 0;
    return this.find() >= 0 ? 'everybody' : undefined;
  }

  put({ tenantId, number }: SnapshotRows['do_not_call']): void {
    if (this.seekNumber(number) && this.seekTenant(tenantId) && this.find() >= 0) return;
    this.tenant = this.tenants.holdOptional(tenantId);
    if ((this.high & IS_TEXT) !== 0) this.low = this.texts.holdText(number, undefined);
    this.place();
  }

  /** Puts a dumped row. */
  putWords(words: Int32Array, at: number, renumbering: Renumbering): void {
    const tenant = words[at + TENANT]!;
    this.tenant = tenant === 0 ? 0 : renumbering.tenant(tenant - 1) + 1;
    this.high = words[at + HIGH]!;
    const isText = (this.high & IS_TEXT) !== 0;
    this.low = isText ? renumbering.text(words[at + LOW]!) : words[at + LOW]!;
    if (this.find() >= 0) return;
    if (this.tenant !== 0) this.tenants.holdAgain(this.tenant - 1);
    if (isText) this.texts.hold(this.low);
    this.place();
  }

  private place(): void {
    const row = this.words.add();
    const chunk = this.words.writable(row);
    const at = this.words.offset(row);
    chunk[at + TENANT] = this.tenant;
    chunk[at + LOW] = this.low;
    chunk[at + HIGH] = this.high;
    this.index.add(this.hashOf(row), row);
  }

  remove({ tenantId, number }: SnapshotRows['do_not_call']): void {
    if (!this.seekNumber(number) || !this.seekTenant(tenantId)) return;
    const row = this.find();
    if (row < 0) return;
    this.index.remove(this.hashOf(row), row);
    this.tenants.releaseOptional(this.tenant);
    if ((this.high & IS_TEXT) !== 0) this.texts.release(this.low);
    this.words.remove(row);
  }

  *rows(): Generator<SnapshotRows['do_not_call']> {
    for (let row = 0; row < this.words.length; row++) {
      if (!this.words.isRow(row)) continue;
      const tenant = this.words.word(row, TENANT);
      const low = this.words.word(row, LOW);
      const high = this.words.word(row, HIGH);
      const number = (high & IS_TEXT) === 0 ? `+${joinWords(low, high)}` : this.texts.text(low);
      yield { tenantId: tenant === 0 ? null : this.tenants.id(tenant - 1), number };
    }
  }

  hashOf(row: number): number {
    return hashKey(this.words.word(row, TENANT), this.words.word(row, LOW), this.words.word(row, HIGH));
  }

  isSought(row: number): boolean {
    const chunk = this.words.chunk(row);
    const at = this.words.offset(row);
    return chunk[at + TENANT] === this.tenant && chunk[at + LOW] === this.low && chunk[at + HIGH] === this.high;
  }

  private find(): number {
    return this.index.find(hashKey(this.tenant, this.low, this.high));
  }

  /** False when it is a text that nobody has used. */
  private seekNumber(number: string): boolean {
    // Without leading zeros the value alone says which digits they are.
    const value = number.startsWith('+') && number.charCodeAt(1) !== 48 ? readDigits(number, 1) : -1;
    this.low = value < 0 ? this.texts.find(number) : lowWord(value);
    this.high = value < 0 ? IS_TEXT : highWord(value);
    return value >= 0 || this.low >= 0;
  }

  /** False when no row names the tenant. */
  private seekTenant(tenantId: string | null): boolean {
    this.tenant = tenantId === null ? 0 : this.tenants.find(tenantId) + 1;
    return tenantId === null || this.tenant !== 0;
  }
}

function hashKey(tenant: number, low: number, high: number): number {
  return finish(mix(mix(mix(0, tenant), low), high));
}
