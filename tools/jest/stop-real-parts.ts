/** Stops what `start-real-parts.ts` started, last first. */
export default async function stopRealParts(): Promise<void> {
  for (const part of (globalThis.startedRealParts ?? []).reverse()) await part.stop();
}
