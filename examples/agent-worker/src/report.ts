/** Writes one line of JSON, for people and for what started this worker. */
export function report(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
  console.log(JSON.stringify({ event, ...fields }));
}
