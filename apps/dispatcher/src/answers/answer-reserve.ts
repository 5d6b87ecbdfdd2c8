/** What is kept of the caller's deadline for an answer that names the call, in milliseconds. */
export const ANSWER_RESERVE_MS = 100;
