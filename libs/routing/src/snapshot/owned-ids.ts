import { HashIndex } from './hash-index.ts';
import { PackedId, formatPackedId, hashPackedId } from './packed-id.ts';
import type { Texts } from './packed-id.ts';
import { PackedRows } from './packed-rows.ts';
import type { TenantTable } from './tenant-table.ts';

/** The word after the id: the tenant plus one, or 0, and whether the id is a text. */
const OWNER = 4;
const STRIDE = 5;
/** The sign bit. */
const IS_TEXT = 0x80000000;

/** Ids and the tenant of each, or none. */
export class OwnedIds {
  private readonly texts: Texts;
  private readonly tenants: TenantTable;
  private readonly words: PackedRows;
  private readonly index: HashIndex;
  private readonly sought = new PackedId();

  constructor(texts: Texts, tenants: TenantTable, from?: OwnedIds) {
    this.texts = texts;
    this.tenants = tenants;
    this.words = new PackedRows(STRIDE, from?.words);
    this.index = new HashIndex(this, from?.index);
  }

  seal(): void {
    this.words.seal();
    this.index.seal();
  }

  get count(): number {
    return this.words.count;
  }

  /** Undefined: there is no such id. */
  tenantId(id: string): string | null | undefined {
    const row = this.find(id);
    return row < 0 ? undefined : this.tenantIdOf(row);
  }

  put(id: string, tenantId: string | null): void {
    const tenant = this.tenants.holdOptional(tenantId);
    let row = this.find(id);
    if (row >= 0) {
      this.tenants.releaseOptional(this.owner(row));
    } else {
      this.sought.hold(id, this.texts);
      row = this.words.add();
      this.words.writable(row).set(this.sought.words, this.words.offset(row));
      this.index.add(this.sought.hash, row);
    }
    this.words.setWord(row, OWNER, this.sought.isText ? tenant | IS_TEXT : tenant);
  }

  remove(id: string): void {
    const row = this.find(id);
    if (row < 0) return;
    this.index.remove(this.sought.hash, row);
    this.tenants.releaseOptional(this.owner(row));
    if (this.sought.isText) this.texts.release(this.sought.words[0]!);
    this.words.remove(row);
  }

  *rows(): Generator<{ readonly id: string; readonly tenantId: string | null }> {
    for (let row = 0; row < this.length; row++) if (this.isRow(row)) yield this.row(row);
  }

  /** Row numbers are below this. */
  get length(): number {
    return this.words.length;
  }

  isRow(row: number): boolean {
    return this.words.isRow(row);
  }

  hasOwner(row: number): boolean {
    return this.owner(row) !== 0;
  }

  row(row: number): { readonly id: string; readonly tenantId: string | null } {
    const isText = this.words.word(row, OWNER) < 0;
    const id = formatPackedId(this.words.chunk(row), this.words.offset(row), isText, this.texts);
    return { id, tenantId: this.tenantIdOf(row) };
  }

  hashOf(row: number): number {
    return hashPackedId(this.words.chunk(row), this.words.offset(row));
  }

  isSought(row: number): boolean {
    const chunk = this.words.chunk(row);
    const at = this.words.offset(row);
    const { words, isText } = this.sought;
    return (
      chunk[at] === words[0] &&
      chunk[at + 1] === words[1] &&
      chunk[at + 2] === words[2] &&
      chunk[at + 3] === words[3] &&
      chunk[at + OWNER]! < 0 === isText
    );
  }

  private find(id: string): number {
    return this.sought.read(id, this.texts) ? this.index.find(this.sought.hash) : -1;
  }

  private owner(row: number): number {
    return this.words.word(row, OWNER) & ~IS_TEXT;
  }

  private tenantIdOf(row: number): string | null {
    const owner = this.owner(row);
    return owner === 0 ? null : this.tenants.id(owner - 1);
  }
}
