import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import {
  createKeyFile,
  createLocalKeyWrapper,
  importKeyEncryptionKey,
  KeyUnavailableError,
  readKeyEncryptionKey,
} from '../src/index.ts';

const BYTES = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7));
const BASE64 = BYTES.toString('base64');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialplane-keys-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fileWith(name: string, content: string | Uint8Array, mode = 0o600): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

const kidOf = async (bytes: Uint8Array): Promise<string> => (await importKeyEncryptionKey(new Uint8Array(bytes))).kid;

test('the key is read from DIALPLANE_KEK', async () => {
  expect((await readKeyEncryptionKey({ env: { DIALPLANE_KEK: BASE64 } })).kid).toBe(await kidOf(BYTES));
});

test.each([
  ['raw bytes', BYTES],
  ['base64', BASE64],
  ['base64 with a line end', `${BASE64}\n`],
])('the key is read from a file of %s', async (name, content) => {
  const path = await fileWith(`good ${name}`, content);
  const kid = await kidOf(BYTES);
  expect((await readKeyEncryptionKey({ env: { DIALPLANE_KEK_FILE: path } })).kid).toBe(kid);
  expect((await readKeyEncryptionKey({ env: {}, keyFile: path })).kid).toBe(kid);
});

test('the environment goes before the key file', async () => {
  const keyFile = await fileWith('second', Buffer.alloc(32, 9));
  expect((await readKeyEncryptionKey({ env: { DIALPLANE_KEK: BASE64 }, keyFile })).kid).toBe(await kidOf(BYTES));
});

test.each([
  ['nothing', {}, /set DIALPLANE_KEK/],
  ['both variables', { DIALPLANE_KEK: BASE64, DIALPLANE_KEK_FILE: '/nowhere' }, /unset one/],
  ['an empty key', { DIALPLANE_KEK: '' }, /exactly 32 bytes/],
  ['16 bytes', { DIALPLANE_KEK: Buffer.alloc(16, 1).toString('base64') }, /exactly 32 bytes/],
  ['31 bytes', { DIALPLANE_KEK: Buffer.alloc(31, 1).toString('base64') }, /exactly 32 bytes/],
  ['33 bytes', { DIALPLANE_KEK: Buffer.alloc(33, 1).toString('base64') }, /exactly 32 bytes/],
  ['hexadecimal digits', { DIALPLANE_KEK: BYTES.toString('hex') }, /exactly 32 bytes/],
  ['base64 with something after it', { DIALPLANE_KEK: `${BASE64}!` }, /exactly 32 bytes/],
  ['an empty file name', { DIALPLANE_KEK_FILE: '' }, /set DIALPLANE_KEK/],
  ['a file that is not there', { DIALPLANE_KEK_FILE: '/nowhere/kek' }, /ENOENT/],
  ['a folder', { DIALPLANE_KEK_FILE: '/' }, /not a key file/],
])('%s is refused with what to do, and shows no key', async (_name, env, message) => {
  const error: unknown = await readKeyEncryptionKey({ env }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(KeyUnavailableError);
  expect(String(error)).toMatch(message);
  const { DIALPLANE_KEK: key } = env as Record<string, string | undefined>;
  if (key !== undefined && key !== '') expect(String(error)).not.toContain(key);
});

test.each([
  ['32 printable characters', 'correct horse battery staple 123'],
  ['an empty file', ''],
  ['31 bytes', BYTES.subarray(1)],
  ['a large file', Buffer.alloc(4096)],
])('a file of %s is refused', async (name, content) => {
  await expect(readKeyEncryptionKey({ env: {}, keyFile: await fileWith(`bad ${name}`, content) })).rejects.toThrow(
    KeyUnavailableError,
  );
});

test.each(['640', '604', '660', '644', '610'])(
  'a key file of mode %s is refused, because others could use it',
  async (mode) => {
    const keyFile = await fileWith(`mode ${mode}`, BYTES, Number.parseInt(mode, 8));
    await expect(readKeyEncryptionKey({ env: {}, keyFile })).rejects.toThrow(/chmod 600/);
    // Twin: the same file is a good key once it is private.
    await chmod(keyFile, 0o400);
    expect((await readKeyEncryptionKey({ env: {}, keyFile })).kid).toBe(await kidOf(BYTES));
  },
);

test('a key file is made once, private, and can be read', async () => {
  const keyFile = join(folder, 'made', 'kek');
  expect(await createKeyFile(keyFile)).toBe(true);
  const content = await readFile(keyFile, 'utf8');
  expect(await createKeyFile(keyFile)).toBe(false);
  expect(await readFile(keyFile, 'utf8')).toBe(content);
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  expect((await readKeyEncryptionKey({ env: {}, keyFile })).kid).toMatch(/^local-[0-9a-f]{16}$/);
});

test('of many makers at once one wins, everybody reads the same key, and no draft is left', async () => {
  const keyFile = join(folder, 'raced', 'kek');
  const raced = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const made = await createKeyFile(keyFile);
      return { made, kid: (await readKeyEncryptionKey({ env: {}, keyFile })).kid };
    }),
  );
  expect(raced.filter(({ made }) => made)).toHaveLength(1);
  expect(new Set(raced.map(({ kid }) => kid)).size).toBe(1);
  expect(await readdir(join(folder, 'raced'))).toEqual(['kek']);
});

test('the key cannot be read out of the process again, and its bytes are wiped', async () => {
  const bytes = new Uint8Array(BYTES);
  const { key } = await importKeyEncryptionKey(bytes);
  expect(bytes).toEqual(new Uint8Array(32));
  await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
});

test('a wrapped data key comes back, and is as RFC 3394 writes it', async () => {
  // The vector of RFC 3394, section 4.6.
  const kek = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
  const dek = Buffer.from('00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f', 'hex');
  const wrapped = '28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21';
  const wrapper = createLocalKeyWrapper(await importKeyEncryptionKey(new Uint8Array(kek)));
  expect(Buffer.from(await wrapper.wrap(dek), 'base64url').toString('hex')).toBe(wrapped);
  expect(Buffer.from(await wrapper.unwrap(Buffer.from(wrapped, 'hex').toString('base64url'), wrapper.kid))).toEqual(
    dek,
  );
});
