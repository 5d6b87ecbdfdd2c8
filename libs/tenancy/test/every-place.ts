export interface Place {
  /** As a problem writes it: `carriers[0].prefixes`; the root is the empty text. */
  readonly path: string;
  readonly value: unknown;
  /** The document with another value there. */
  with(value: unknown): unknown;
}

/** Every place of a JSON document, the root first. */
export function everyPlace(document: unknown): Place[] {
  const children =
    typeof document === 'object' && document !== null
      ? Object.entries(document).flatMap(([key, value]) =>
          everyPlace(value).map((place) => ({
            path: (Array.isArray(document) ? `[${key}]` : `.${key}`) + place.path,
            value: place.value,
            with: (other: unknown) => replaced(document, key, place.with(other)),
          })),
        )
      : [];
  return [{ path: '', value: document, with: (other) => other }, ...children];
}

function replaced(document: object, key: string, value: unknown): unknown {
  if (Array.isArray(document)) return document.map((item: unknown, index) => (String(index) === key ? value : item));
  return { ...document, [key]: value };
}
