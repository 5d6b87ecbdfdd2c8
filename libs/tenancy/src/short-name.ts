/** The name of a region or a header profile. */
export const SHORT_NAME = /^[A-Za-z0-9_-]{1,32}$/;

/** Whether the text can name a region or a header profile. Names are compared exactly. */
export function isShortName(text: string): boolean {
  return SHORT_NAME.test(text);
}
