/** A command of a page, with the output that the page shows for it. */
export interface DocumentedCommand {
  /** Its words, less `dialplane`. */
  readonly words: readonly string[];
  readonly output: string;
}

/** Reads the `console` blocks of a page: `$ dialplane …`, perhaps over several lines that end with `\`, then its output. */
export function documentedCommands(page: string): DocumentedCommand[] {
  return consoleBlocks(page).flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((text) => {
        const [, command = '', output = ''] = /^((?:.*\\\n)*.*)\n?([^]*)$/.exec(text) ?? [];
        return { words: wordsOf(command.replaceAll('\\\n', ' ')).slice(1), output: output.trimEnd() };
      }),
  );
}

/** The files that a page shows: blocks whose first line is a comment with the file's name, as `# rules.yaml`. */
export function documentedFiles(page: string): ReadonlyMap<string, string> {
  const blocks = [...page.matchAll(/^```(?:yaml|text)\n(?=# ([\w-]+\.\w+)\n)([^]*?)^```/gm)];
  return new Map(blocks.map(([, name = '', text = '']) => [name, text]));
}

/** The page with each command's output replaced. */
export function withOutputs(page: string, outputs: readonly string[]): string {
  let index = 0;
  return page.replace(/^```console\n([^]*?)^```/gm, (_, block: string) => {
    const commands = block
      .split(/^\$ /m)
      .slice(1)
      .map((text) => {
        const [, command = ''] = /^((?:.*\\\n)*.*)/.exec(text) ?? [];
        return `$ ${command}\n${outputs[index++] ?? ''}\n`;
      });
    return `\`\`\`console\n${commands.join('\n')}\`\`\``;
  });
}

function consoleBlocks(page: string): string[] {
  return [...page.matchAll(/^```console\n([^]*?)^```/gm)].map((match) => match[1] ?? '');
}

function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}
