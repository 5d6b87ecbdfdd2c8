import type { Renumbering } from './dump-format.ts';
import { ID_WORDS, IdRows } from './id-rows.ts';
import type { Texts } from './packed-id.ts';
import type { PackedRows } from './packed-rows.ts';
import type { TenantTable } from './tenant-table.ts';

/** The word after the id: the tenant plus one, or 0; the sign bit says that the id is a text. */
const OWNER = ID_WORDS;
const STRIDE = ID_WORDS + 1;
const ID_IS_TEXT = 0x80000000;

/** Ids and the tenant of each, or none. */
export class OwnedIds {
  private readonly tenants: TenantTable;
  private readonly ids: IdRows;

  constructor(texts: Texts, tenants: TenantTable, from?: OwnedIds) {
    this.tenants = tenants;
    this.ids = new IdRows(STRIDE, ID_IS_TEXT, texts, from?.ids);
  }

  seal(): void {
    this.ids.seal();
  }

  get words(): PackedRows {
    return this.ids.words;
  }

  get bytes(): number {
    return this.ids.bytes;
  }

  /** Undefined: there is no such id. */
  tenantId(id: string): string | null | undefined {
    const row = this.ids.find(id);
    return row < 0 ? undefined : this.tenantIdOf(row);
  }

  put(id: string, tenantId: string | null): void {
    const tenant = this.tenants.holdOptional(tenantId);
    this.place(this.ids.find(id), tenant);
  }

  /** Puts a dumped row. */
  putWords(words: Int32Array, at: number, renumbering: Renumbering): void {
    const owner = words[at + OWNER]! & ~ID_IS_TEXT;
    const tenant = owner === 0 ? 0 : renumbering.tenant(owner - 1) + 1;
    if (tenant !== 0) this.tenants.holdAgain(tenant - 1);
    this.place(this.ids.findWords(words, at, renumbering), tenant);
  }

  remove(id: string): void {
    const row = this.ids.find(id);
    if (row < 0) return;
    this.tenants.releaseOptional(this.owner(row));
    this.ids.remove(row);
  }

  *rows(): Generator<{ readonly id: string; readonly tenantId: string | null }> {
    const { words } = this.ids;
    for (let row = 0; row < words.length; row++) if (words.isRow(row)) yield this.row(row);
  }

  row(row: number): { readonly id: string; readonly tenantId: string | null } {
    return { id: this.ids.id(row), tenantId: this.tenantIdOf(row) };
  }

  hasOwner(row: number): boolean {
    return this.owner(row) !== 0;
  }

  /** Gives the id that was looked for last, in its row or a new one, the tenant. */
  private place(found: number, tenant: number): void {
    if (found >= 0) this.tenants.releaseOptional(this.owner(found));
    this.ids.setLast(found < 0 ? this.ids.add() : found, tenant);
  }

  private owner(row: number): number {
    return this.words.word(row, OWNER) & ~ID_IS_TEXT;
  }

  private tenantIdOf(row: number): string | null {
    const owner = this.owner(row);
    return owner === 0 ? null : this.tenants.id(owner - 1);
  }
}
