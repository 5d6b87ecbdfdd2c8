export default async function startRealParts(): Promise<void> {}
