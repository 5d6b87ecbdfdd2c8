/** Also as a URL has it. */
const SPACE = '(?:\\s|%20)';
const SCHEME = '(?:Bearer|Basic)';

/**
 * How secrets look that have a look of their own, each with what may stay as its first group. Each begins at what its
 * repeated parts stop at: a text of any length takes no more than its length.
 */
export const SECRET_LOOKS: readonly RegExp[] = [
  /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[^]*?(?=-----END |$)/g,
  new RegExp(`((?:${SCHEME}(?!${SPACE}+\\[secret\\])${SPACE}+)+)[^\\s"',;)}\\]\\\\]{6,}`, 'gi'),
  // For example in a database driver's message.
  /(:\/\/[^\s:@/]*:)[^\s/]+(?=@)/g,
];

const NAMES = 'secret|token|password|passwd|passphrase|authorization|cookie|credential|(?:api|access|private)[-_ ]?key';

export interface NamedLook {
  /** Up to where the value begins. */
  readonly name: RegExp;
  /** Sticky. */
  readonly value: RegExp;
  /** Whether a value that begins inside another one may end elsewhere. */
  readonly mayNest: boolean;
}

/** `name=`, `"name": `, `\"name\":`, `(name)=`, `name%3D`; `end` ends what is masked already. */
const named = (names: string, end: string, opening = ''): RegExp =>
  new RegExp(
    `(?:${names})[\\w.-]{0,32}\\\\*["')\\]]?\\s*(?:[:=]|%3[ad])` +
      `(?!\\s*\\[(?:secret|jwt)\\](?:${end}|$))` +
      // What a scheme introduces has a look of its own.
      `(?!\\s*${SCHEME}${SPACE}+(?:\\[secret\\]|\\S{6}))\\s*${opening}`,
    'gi',
  );
const DELIMITER = `[\\s"'&,;)}\\]\\\\]`;

/**
 * What the word before it calls a secret. Values that nest end at the next one's opening quote at the latest; the others
 * all end at the same place: again a text takes no more than its length.
 */
export const NAMED_LOOKS: readonly NamedLook[] = [
  // In quotes, or in the quotes of a JSON text within a text.
  { name: named(NAMES, DELIMITER), value: /"[^"\\]*(?:\\[^][^"\\]*)*"|'[^']*'|\\+"[^"]*"/y, mayNest: true },
  // Whole lines belong to these.
  { name: named('authorization|cookie', '[\\r\\n]'), value: /[^\r\n]+/y, mayNest: false },
  { name: named(NAMES, DELIMITER, `\\\\*["']?`), value: /[^\s"'&,;]+/y, mayNest: false },
];
