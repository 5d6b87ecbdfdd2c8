import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { canMean, isE164, isFromNumber, possibleBaseNumbers, toE164 } from '../src/index.ts';

/** Texts that look like numbers to a person, a font or a lenient parser, and must never reach a carrier. */
const HOSTILE = [
  ['nothing', ''],
  ['a plus alone', '+'],
  ['letters', '+1212555CALL'],
  ['Arabic digits', '+٩٧١٥٠٠٠٠٠٠٠'],
  ['full-width digits', '+１２１２５５５０１００'],
  ['Devanagari digits', '+९१२२२२२२२२२२'],
  ['a mathematical digit', '+1212555010\u{1D7CE}'],
  ['a full-width plus', '＋12125550100'],
  ['a line feed at the end', '+12125550100\n'],
  ['CR LF and a header', '+12125550100\r\nX-Evil: 1'],
  ['a NUL', '+12125550100\0'],
  ['an extension', '+12125550100;ext=5'],
  ['a host', '+12125550100@evil.example.com'],
  ['a SIP URI', 'sip:+12125550100@example.com'],
  ['a tel URI', 'tel:+12125550100'],
  ['sixteen digits', '+1234567890123456'],
  ['six digits after the plus', '+123456'],
  ['a country code that begins with 0', '+0212555010'],
  ['two pluses', '++12125550100'],
  ['spaces', '+1 212 555 0100'],
  ['a space at the end', '+12125550100 '],
  ['dashes', '+1-212-555-0100'],
  ['brackets', '+1(212)5550100'],
  ['a comma, which dials a pause', '+12125550100,1'],
  ['a star and a hash', '*72#12125550100'],
  ['a right-to-left mark', '\u200f+12125550100'],
  ['a zero-width space', '+1212\u200b5550100'],
  ['a lone surrogate', '+1212555010\ud800'],
  ['an exponent', '+1e10'],
] as const;

describe('what is dialled', () => {
  test.each(HOSTILE)('%s is not E.164', (_, text) => expect(isE164(text)).toBe(false));
  test.each(HOSTILE)('%s is no number to call from', (_, text) => expect(isFromNumber(text)).toBe(false));

  test.each(['+1234567', '+12125550100', '+971500000000', '+912222222222', '+123456789012345'])(
    '%s is E.164',
    (text) => {
      expect(isE164(text)).toBe(true);
      expect(isFromNumber(text)).toBe(true);
    },
  );

  test.each(['911', '2125550100', '02125550100', '12125550100', '123456789012345'])(
    '%s can name a number to call from, and is not dialled',
    (text) => {
      expect(isFromNumber(text)).toBe(true);
      expect(isE164(text)).toBe(false);
    },
  );

  test.each(['12', '1234567890123456'])('%s is too short or too long to call from', (text) => {
    expect(isFromNumber(text)).toBe(false);
  });

  test('whatever is accepted is ASCII digits after at most one plus', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        if (isE164(text)) expect(text).toMatch(/^\+[0-9]{7,15}$/);
        if (isFromNumber(text)) expect(text).toMatch(/^\+?[0-9]{3,15}$/);
      }),
    );
  });
});

describe('a stored number', () => {
  test.each([
    ['1', '2125550100', '+12125550100'],
    ['+1', '2125550100', '+12125550100'],
    ['971', '500000000', '+971500000000'],
    ['91', '22222222222222', undefined],
    ['', '2125550100', undefined],
    ['1234', '5550100', undefined],
    ['0', '2125550100', undefined],
    ['1', '212 555 0100', undefined],
    ['1', '', undefined],
    ['1', '٢١٢٥٥٥٠١٠٠', undefined],
  ])('of country code %j and base number %j is %j in E.164', (countryCode, baseNumber, e164) => {
    expect(toE164({ countryCode, baseNumber })).toBe(e164);
  });

  const NEW_YORK = { baseNumber: '2125550100', countryCode: '1' };
  test.each([
    ['+12125550100', true, 'in E.164'],
    ['12125550100', true, 'in E.164 without its plus'],
    ['02125550100', true, 'with a trunk zero'],
    ['2125550100', true, 'as the base number'],
    ['+2125550100', false, 'as the base number behind a plus, which is another number'],
    ['+02125550100', false, 'with a trunk zero behind a plus'],
    ['012125550100', false, 'with a trunk zero before the country code'],
    ['0012125550100', false, 'with an international prefix'],
    ['5550100', false, 'in part'],
    ['+12125550101', false, 'with another digit'],
    ['', false, 'as nothing'],
  ])('%j means it: %j (%s)', (written, means) => {
    expect(canMean(written, NEW_YORK)).toBe(means);
    expect(canMean(written, { ...NEW_YORK, countryCode: '+1' })).toBe(means);
  });

  const digits = (minLength: number, maxLength: number) =>
    fc.array(fc.constantFrom(...'0123456789'), { minLength, maxLength }).map((each) => each.join(''));

  test('is found by every way of writing it: the look-up misses nothing that canMean accepts', () => {
    fc.assert(
      fc.property(digits(4, 12), digits(1, 3), fc.boolean(), (baseNumber, code, plus) => {
        const number = { baseNumber, countryCode: plus ? `+${code}` : code };
        for (const written of [`+${code}${baseNumber}`, code + baseNumber, `0${baseNumber}`, baseNumber]) {
          expect(canMean(written, number)).toBe(true);
          expect(possibleBaseNumbers(written)).toContain(baseNumber);
        }
      }),
    );
  });

  test('is never found by a text that holds other digits', () => {
    fc.assert(
      fc.property(digits(4, 12), digits(1, 3), digits(3, 15), (baseNumber, countryCode, written) => {
        if (canMean(written, { baseNumber, countryCode })) expect(written.endsWith(baseNumber)).toBe(true);
      }),
    );
  });
});
