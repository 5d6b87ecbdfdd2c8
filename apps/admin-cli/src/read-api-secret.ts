import type { Readable } from 'node:stream';

import { isCancel, password } from '@clack/prompts';

import type { Io } from './io.ts';
import type { SecretOptions } from './options.ts';
import { readSmallFile } from './read-small-file.ts';
import { badUsage, refused } from './refusal.ts';

/** LiveKit takes HMAC secrets of 32 characters and more. */
const API_SECRET = /^[\x21-\x7e]{32,256}$/;
/** More than any secret: what is longer is the wrong file. */
const MAX_LENGTH = 4096;

/**
 * Reads a LiveKit API secret from the file or stdin, or asks for it on a terminal without showing it. One
 * line end at its end is not part of it. No message ever repeats it.
 */
export async function readApiSecret(options: SecretOptions, io: Io): Promise<string> {
  const { secretFile, secretStdin } = options;
  if (secretFile !== undefined) return checked(await readSecretFile(secretFile), 'the file');
  if (secretStdin === true) return checked(await readAll(io.stdin), 'standard input');
  if (io.stdin.isTTY === true) return checked(await ask(io), 'what was typed');
  throw badUsage(
    'The API secret is missing.',
    'Give it with --secret-file <path> or --secret-stdin; on a terminal it is asked for',
  );
}

function checked(text: string, where: string): string {
  const secret = text.replace(/\r?\n$/, '');
  if (API_SECRET.test(secret)) return secret;
  const problem =
    secret === ''
      ? 'it is empty'
      : secret.length < 32
        ? 'it is shorter than 32 characters'
        : secret.length > 256
          ? 'it is longer than 256 characters'
          : 'it holds white space or characters outside ASCII';
  throw badUsage(
    `The API secret from ${where} does not have the shape of one: ${problem}.`,
    "A LiveKit API secret is 32 to 256 printable ASCII characters without white space, as in the server's keys",
  );
}

async function readSecretFile(path: string): Promise<string> {
  const reading = await readSmallFile(path, MAX_LENGTH);
  if (reading.kind === 'ok') return reading.text;
  throw badUsage(
    `The secret file ${reading.problem}.`,
    'Check the path after --secret-file; what a pipe brings is read with --secret-stdin',
  );
}

async function readAll(stdin: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stdin) {
    text += String(chunk);
    if (text.length > MAX_LENGTH) break;
  }
  return text;
}

async function ask(io: Io): Promise<string> {
  const answer = await password({ message: 'API secret', input: io.stdin, output: io.stderr, signal: io.signal });
  if (isCancel(answer))
    throw refused('cancelled', 'No secret was given; nothing was changed.', 'Run the command again');
  return answer ?? '';
}
