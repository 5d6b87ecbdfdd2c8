/** Reads messages as `writeMessages` writes them. */
export function readMessages(file: Buffer): Uint8Array[] {
  const messages = [];
  for (let at = 0; at < file.length;) {
    const end = at + 4 + file.readUInt32LE(at);
    messages.push(file.subarray(at + 4, end));
    at = end;
  }
  return messages;
}
