export default async function stopRealParts(): Promise<void> {}
