/**
 * The key of a generated enum for a word of ours: `Fault[enumKey('caller')]`. The compiler checks that every
 * word has its counterpart in the contract.
 */
export function enumKey<Word extends string>(word: Word): Uppercase<Word> {
  return word.toUpperCase() as Uppercase<Word>;
}
