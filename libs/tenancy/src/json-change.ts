/** A change of a JSON object's own keys; every key that it does not name stays as it is. */
export interface JsonChange {
  readonly set: Readonly<Record<string, unknown>>;
  readonly remove: readonly string[];
  /** Whether what is no JSON object is replaced by one; else the change is refused. */
  readonly replacesOther: boolean;
}

/** JSON text before and after a change; null is SQL's. */
export interface JsonTexts {
  readonly before: string | null;
  readonly after: string;
}

export type JsonChanged =
  | (JsonTexts & { readonly kind: 'changed' | 'unchanged' })
  /** What is stored is no JSON object; nothing was changed. */
  | { readonly kind: 'not_an_object' };

/** Looks at a change under the row's lock, before it is written; throws to keep it from being written. */
export type JudgeChange = (texts: JsonTexts) => Promise<void>;
