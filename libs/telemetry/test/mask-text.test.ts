import { expect, test } from '@jest/globals';

import { maskText } from '../src/mask-text.ts';

test('a text longer than 8,192 characters is masked, and cut then', () => {
  const masked = maskText(`password=hunter2secret ${'a-'.repeat(500_000)}+12125550100`);
  expect(masked.startsWith('password=[secret] a-a-')).toBe(true);
  expect(masked.endsWith('… (991829 characters more)')).toBe(true);
  expect(masked).not.toContain('2125550');
});

test('a secret that reaches over the cut is hidden whole', () => {
  const text = `${'ab '.repeat(2_726)}postgres://router:hunter2hunter2hunter2@db.example.com/x`;
  expect(maskText(text)).toContain('postgres');
  expect(maskText(text)).not.toContain('hun');
});

test('a text of 8,192 characters stays whole', () => {
  const text = 'ab '.repeat(2_730) + 'ab';
  expect(maskText(text)).toBe(text);
});
