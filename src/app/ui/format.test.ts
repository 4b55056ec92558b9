import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as findings from '../../optimizers/findings.ts';
import { formatBytes, formatExact, formatInteger, formatNumber, formatPercent, formatSeconds, MISSING, parseNumber } from './format.ts';

describe('formatNumber', () => {
  test.each([
    [0, '0'],
    [0.5, '0.500'],
    [0.01, '0.0100'],
    [0.00999, '1.0e-2'],
    [3.2e-4, '3.2e-4'],
    [-3.24e-7, '-3.2e-7'],
    [1, '1.00'],
    [12.345, '12.3'],
    [999.4, '999'],
    [999.6, '1000'],
    [9999.4, '9999'],
    [9999.6, '1.00e4'],
    [38756, '3.88e4'],
    [-123456, '-1.23e5'],
  ])('%d is written %s', (value, text) => expect(formatNumber(value)).toBe(text));

  test.each([null, undefined, Number.NaN, Number.POSITIVE_INFINITY])('%s is an en dash', (value) =>
    expect(formatNumber(value)).toBe(MISSING),
  );
});

/** Diagnoses are written beside the optimizers, which know nothing of the page; a reader sees both in one table. */
describe('findings follow the same rules', () => {
  const VALUES = [
    0, 1e-12, 3.2e-4, 0.00698, 0.00999, 0.01, 0.012345, 0.5, 0.9996, 1, 12.345, 999.4, 999.6, 1234.5, 9999.4, 9999.6, 38756, 2.34e7,
  ];
  test.each([...VALUES, ...VALUES.map((value) => -value)])('%d', (value) => {
    expect(findings.formatNumber(value)).toBe(formatNumber(value));
    expect(findings.formatSetting(value)).toBe(formatExact(value));
  });
});

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1\u202f000'],
  [1234567, '1\u202f234\u202f567'],
  [null, MISSING],
])('formatInteger(%s)', (value, text) => expect(formatInteger(value)).toBe(text));

test.each([
  [0.0042, '4.2 ms'],
  [0.0996, '100 ms'],
  [0.82, '820 ms'],
  [0.9999, '1.0 s'],
  [3.21, '3.2 s'],
  [9.96, '10 s'],
  [59.7, '1 min 0 s'],
  [250, '4 min 10 s'],
  [3599.9, '1 h 0 min'],
  [7500, '2 h 5 min'],
  [null, MISSING],
])('formatSeconds(%s)', (value, text) => expect(formatSeconds(value)).toBe(text));

test.each([
  [512, '512 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [34123, '34.1 kB'],
  [999_600, '1.00 MB'],
  [1_250_000, '1.25 MB'],
  [null, MISSING],
])('formatBytes(%s)', (value, text) => expect(formatBytes(value)).toBe(text));

test.each([
  [0.5, '50 %'],
  [0.07, '7 %'],
  [0.0325, '3.25 %'],
  [1 / 3, '33.3 %'],
  [null, MISSING],
])('formatPercent(%s)', (value, text) => expect(formatPercent(value)).toBe(text));

describe('settings as text', () => {
  test.each([
    [3e-4, '3e-4'],
    [0.00032, '3.2e-4'],
    [0.999, '0.999'],
    [0, '0'],
    [1e30, '1e30'],
    [Number.POSITIVE_INFINITY, 'infinity'],
  ])('%d is written %s', (value, text) => expect(formatExact(value)).toBe(text));

  test('reading back what was written gives the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        expect(parseNumber(formatExact(value))).toBe(value === Number.NEGATIVE_INFINITY ? null : value === 0 ? 0 : value);
      }),
    );
  });

  test.each([
    ['3e-4', 3e-4],
    [' 0,01 ', 0.01],
    ['.5', 0.5],
    ['1 000', 1000],
    ['−2', -2],
    ['inf', Number.POSITIVE_INFINITY],
  ])('"%s" is read', (text, value) => expect(parseNumber(text)).toBe(value));

  test.each(['', 'abc', '1e', '1.2.3', '0x10', '1,000,000', '1e999', '--1'])('"%s" is not a number', (text) =>
    expect(parseNumber(text)).toBeNull(),
  );
});
