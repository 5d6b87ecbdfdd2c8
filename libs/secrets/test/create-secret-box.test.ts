import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CompactEncrypt, compactDecrypt } from 'jose';

import { createLocalKeyWrapper, createSecretBox, importKeyEncryptionKey, SecretUnreadableError } from '../src/index.ts';
import type { KeyWrapper, SealedSecret, SecretContext } from '../src/index.ts';

const CONTEXT: SecretContext = {
  tenantId: '11111111-1111-4111-8111-111111111111',
  configId: '22222222-2222-4222-8222-222222222222',
  field: 'api_secret',
};
const SECRET = 'a secret of thirty-two characters';

async function keyWrapper(fill = 7): Promise<KeyWrapper> {
  return createLocalKeyWrapper(await importKeyEncryptionKey(new Uint8Array(32).fill(fill)));
}

async function openFails(
  sealed: SealedSecret,
  context = CONTEXT,
  wrapper?: KeyWrapper,
): Promise<SecretUnreadableError> {
  const error: unknown = await createSecretBox(wrapper ?? (await keyWrapper()))
    .open(sealed, context)
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof SecretUnreadableError)) throw new Error(`It did not fail as it should: ${String(error)}`);
  return error;
}

test('any secret comes back from its own context', async () => {
  const box = createSecretBox(await keyWrapper());
  const secrets = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }).filter((text) => text.isWellFormed());
  const contexts = fc.record({
    tenantId: fc.option(fc.uuid()),
    configId: fc.uuid(),
    field: fc.constant('api_secret' as const),
  });
  await fc.assert(
    fc.asyncProperty(secrets, contexts, async (secret, context) => {
      expect(await box.open(await box.seal(secret, context), context)).toBe(secret);
    }),
  );
});

test('no secret opens in any other context', async () => {
  const box = createSecretBox(await keyWrapper());
  const ids = fc.uuid();
  await fc.assert(
    fc.asyncProperty(
      fc.option(ids),
      ids,
      fc.option(ids),
      ids,
      async (tenantId, configId, otherTenantId, otherConfigId) => {
        fc.pre(tenantId !== otherTenantId || configId !== otherConfigId);
        const sealed = await box.seal(SECRET, { tenantId, configId, field: 'api_secret' });
        await expect(
          box.open(sealed, { tenantId: otherTenantId, configId: otherConfigId, field: 'api_secret' }),
        ).rejects.toThrow(SecretUnreadableError);
      },
    ),
  );
});

test('sealing twice gives two data keys and two ciphertexts', async () => {
  const box = createSecretBox(await keyWrapper());
  const [one, two] = [await box.seal(SECRET, CONTEXT), await box.seal(SECRET, CONTEXT)];
  expect(one.kid).toBe(two.kid);
  expect(one.wrappedDek).not.toBe(two.wrappedDek);
  expect(one.jwe).not.toBe(two.jwe);
});

test('nothing of the secret can be seen in what is stored', async () => {
  const sealed = JSON.stringify(await createSecretBox(await keyWrapper()).seal(SECRET, CONTEXT));
  expect(sealed).not.toContain(SECRET);
  expect(sealed).not.toContain(Buffer.from(SECRET).toString('base64url'));
});

test('the header names algorithms, tenant, config and field', async () => {
  const { jwe } = await createSecretBox(await keyWrapper()).seal(SECRET, {
    ...CONTEXT,
    configId: CONTEXT.configId.toUpperCase(),
  });
  const header: unknown = JSON.parse(Buffer.from(jwe.split('.')[0] ?? '', 'base64url').toString());
  expect(header).toEqual({
    alg: 'dir',
    enc: 'A256GCM',
    tenant: CONTEXT.tenantId,
    config: CONTEXT.configId,
    field: 'api_secret',
  });
});

test('a secret that was sealed by an earlier version still opens', async () => {
  const sealed = {
    kid: 'local-3faaf61b7b32f8c7',
    wrappedDek: 'dLPIiK-hYm2TS4BiIgN0HOmdkBpmR4tEuANoza3nFMN2qXETXZll6g',
    jwe: [
      'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwidGVuYW50IjoiMTExMTExMTEtMTExMS00MTExLTgxMTEtMTExMT',
      'ExMTExMTExIiwiY29uZmlnIjoiMjIyMjIyMjItMjIyMi00MjIyLTgyMjItMjIyMjIyMjIyMjIyIiwiZmllbGQiOiJh',
      'cGlfc2VjcmV0In0',
      '..aJxDpRR9pDW5rL0Q.QX7jyk-n1l7lS3wgosd31pej0QhSWD3-0n0JoPhX-7Xx.XCZvvEeYtNfmCRif_KL-Fw',
    ].join(''),
  };
  expect(await createSecretBox(await keyWrapper()).open(sealed, CONTEXT)).toBe(SECRET);
});

const OTHER = '33333333-3333-4333-8333-333333333333';
test.each<[string, SecretContext]>([
  ['another tenant', { ...CONTEXT, tenantId: OTHER }],
  ['the operator', { ...CONTEXT, tenantId: null }],
  ['another config', { ...CONTEXT, configId: OTHER }],
  ['another field', { ...CONTEXT, field: 'webhook_secret' as 'api_secret' }],
])('a secret that was moved to %s does not open, and the error says what to do', async (_name, moved) => {
  const sealed = await createSecretBox(await keyWrapper()).seal(SECRET, CONTEXT);
  const error = await openFails(sealed, moved);
  expect(error).toMatchObject({ kind: 'refused', hint: expect.stringContaining('config update') });
  expect(error.message).toContain(moved.configId);
});

test('twin: without the context in the AAD, a secret that was moved would open', async () => {
  const dek = new Uint8Array(32).fill(1);
  // What a box would store that seals under no context, and so has none to ask for.
  const header = { alg: 'dir', enc: 'A256GCM' };
  const jwe = await new CompactEncrypt(new TextEncoder().encode(SECRET)).setProtectedHeader(header).encrypt(dek);
  const moved = { tenantId: OTHER, apiSecretSealed: jwe };
  expect(Buffer.from((await compactDecrypt(moved.apiSecretSealed, dek)).plaintext).toString()).toBe(SECRET);
});

test('twin: trusting the stored header, as a plain JWE library does, opens a secret that was moved', async () => {
  const wrapper = await keyWrapper();
  const sealed = await createSecretBox(wrapper).seal(SECRET, CONTEXT);
  const moved = { tenantId: OTHER, apiSecretSealed: sealed };
  const dek = await wrapper.unwrap(moved.apiSecretSealed.wrappedDek, moved.apiSecretSealed.kid);
  expect(Buffer.from((await compactDecrypt(moved.apiSecretSealed.jwe, dek)).plaintext).toString()).toBe(SECRET);
  expect((await openFails(moved.apiSecretSealed, { ...CONTEXT, tenantId: moved.tenantId })).kind).toBe('refused');
});

/** Changes the character in the middle, whose every bit counts. */
function flip(text: string): string {
  const at = Math.floor(text.length / 2);
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
}
const flipPart = (index: number) => (sealed: SealedSecret) => ({
  ...sealed,
  jwe: sealed.jwe
    .split('.')
    .map((part, at) => (at === index ? flip(part) : part))
    .join('.'),
});

test.each<[string, SecretUnreadableError['kind'], (sealed: SealedSecret) => unknown]>([
  ['a changed initialization vector', 'refused', flipPart(2)],
  ['a changed ciphertext', 'refused', flipPart(3)],
  ['a changed tag', 'refused', flipPart(4)],
  ['a shortened tag', 'refused', (sealed) => ({ ...sealed, jwe: sealed.jwe.slice(0, -8) })],
  ['a changed wrapped data key', 'refused', (sealed) => ({ ...sealed, wrappedDek: flip(sealed.wrappedDek) })],
  ['an empty wrapped data key', 'refused', (sealed) => ({ ...sealed, wrappedDek: '' })],
  ['the kid of another key', 'unknown_key', (sealed) => ({ ...sealed, kid: 'local-0000000000000000' })],
  [
    'an encrypted key where dir has none',
    'malformed',
    (sealed) => ({ ...sealed, jwe: sealed.jwe.replace('..', '.AAAA.') }),
  ],
  ['too few parts', 'malformed', (sealed) => ({ ...sealed, jwe: sealed.jwe.split('.').slice(0, 4).join('.') })],
  ['a plain text', 'malformed', () => SECRET],
  ['null', 'malformed', () => null],
  ['an array', 'malformed', () => []],
  ['a number for the JWE', 'malformed', (sealed) => ({ ...sealed, jwe: 1 })],
])('%s does not open: %s', async (_name, kind, spoil) => {
  const sealed = await createSecretBox(await keyWrapper()).seal(SECRET, CONTEXT);
  const error = await openFails(spoil(sealed) as SealedSecret);
  expect(error.kind).toBe(kind);
  expect(error.hint).not.toBe('');
  expect(`${error.message} ${error.hint} ${error.stack}`).not.toContain(SECRET);
});

test('the secret of one config does not open with the data key of another', async () => {
  const box = createSecretBox(await keyWrapper());
  const [one, two] = [await box.seal(SECRET, CONTEXT), await box.seal(SECRET, CONTEXT)];
  expect((await openFails({ ...one, wrappedDek: two.wrappedDek })).kind).toBe('refused');
});

test('a key under the same name that is another key does not open', async () => {
  const wrapper = await keyWrapper();
  const impostor = { ...(await keyWrapper(8)), kid: wrapper.kid };
  const sealed = await createSecretBox(wrapper).seal(SECRET, CONTEXT);
  const relabelled = { ...sealed, kid: (await keyWrapper(8)).kid };
  expect((await openFails(relabelled, CONTEXT, impostor)).kind).toBe('refused');
});

test('whoever writes to the database cannot choose the algorithm', async () => {
  const wrapper = await keyWrapper();
  const dek = new Uint8Array(32).fill(1);
  const header = {
    alg: 'dir',
    enc: 'A128CBC-HS256',
    tenant: CONTEXT.tenantId,
    config: CONTEXT.configId,
    field: CONTEXT.field,
  };
  const jwe = await new CompactEncrypt(new TextEncoder().encode(SECRET)).setProtectedHeader(header).encrypt(dek);
  const sealed = { kid: wrapper.kid, wrappedDek: await wrapper.wrap(dek), jwe };
  expect((await openFails(sealed)).kind).toBe('refused');
  expect(Buffer.from((await compactDecrypt(jwe, dek)).plaintext).toString()).toBe(SECRET);
});

test.each([
  ['an empty secret', ''],
  ['a lone surrogate', 'a\ud800b'],
])('%s is not sealed', async (_name, secret) => {
  await expect(createSecretBox(await keyWrapper()).seal(secret, CONTEXT)).rejects.toThrow(TypeError);
});
