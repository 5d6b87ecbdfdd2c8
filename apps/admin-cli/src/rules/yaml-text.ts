import { stringify } from 'yaml';

import { dim, visible } from '../text.ts';

/** JSON as YAML that can be read again, below comments that say what it is and what is wrong with it. */
export function yamlText(
  title: string,
  json: unknown,
  problems: readonly { readonly problem: string; readonly hint: string }[] = [],
): string {
  const comments = [
    title,
    ...problems.flatMap(({ problem, hint }) => [`! ${problem}`, ...(hint === '' ? [] : [`  ${hint}`])]),
  ];
  return [...comments.map((line) => dim(`# ${visible(line)}`)), ...bodyOf(json)].join('\n');
}

function bodyOf(json: unknown): string[] {
  let text: string;
  try {
    text = stringify(json, { aliasDuplicateObjects: false, lineWidth: 100 });
  } catch {
    // It is nested more deeply than anything that we can print line by line.
    return [dim('# too deeply nested to be shown')];
  }
  return text.trimEnd().split('\n').map(visible);
}
