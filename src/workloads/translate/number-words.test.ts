import { expect, test } from 'vitest';
import { drawNumbers, english, fnv1a, german, isHeldOut, LARGEST_NUMBER } from './number-words.ts';

test.each([
  [0, 'zero', 'null'],
  [1, 'one', 'eins'],
  [7, 'seven', 'sieben'],
  [12, 'twelve', 'zwölf'],
  [16, 'sixteen', 'sechzehn'],
  [17, 'seventeen', 'siebzehn'],
  [21, 'twenty-one', 'einundzwanzig'],
  [30, 'thirty', 'dreißig'],
  [70, 'seventy', 'siebzig'],
  [100, 'one hundred', 'einhundert'],
  [101, 'one hundred one', 'einhunderteins'],
  [111, 'one hundred eleven', 'einhundertelf'],
  [999, 'nine hundred ninety-nine', 'neunhundertneunundneunzig'],
  [1000, 'one thousand', 'eintausend'],
  [1001, 'one thousand one', 'eintausendeins'],
  [21_000, 'twenty-one thousand', 'einundzwanzigtausend'],
  [101_000, 'one hundred one thousand', 'einhunderteintausend'],
  [345_678, 'three hundred forty-five thousand six hundred seventy-eight', 'dreihundertfünfundvierzigtausendsechshundertachtundsiebzig'],
  [
    LARGEST_NUMBER,
    'nine hundred ninety-nine thousand nine hundred ninety-nine',
    'neunhundertneunundneunzigtausendneunhundertneunundneunzig',
  ],
])('%s is %s and %s', (n, inEnglish, inGerman) => {
  expect(english(n)).toBe(inEnglish);
  expect(german(n)).toBe(inGerman);
});

test('no two numbers share their words', () => {
  const numbers = Array.from({ length: 3000 }, (_, i) => i);
  expect(new Set(numbers.map(english)).size).toBe(numbers.length);
  expect(new Set(numbers.map(german)).size).toBe(numbers.length);
});

test('the longest have 64 and 65 letters', () => {
  expect(english(373_373).length).toBe(64);
  expect(german(727_727).length).toBe(65);
});

test('the hash is FNV-1a', () => {
  // Test values of the hash's authors.
  expect([fnv1a(''), fnv1a('a'), fnv1a('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
});

test('both parts are drawn from numbers of all lengths, without repetition and always the same', () => {
  const [train, validation] = [drawNumbers(400, 'train'), drawNumbers(64, 'validation')];
  expect(drawNumbers(64, 'validation')).toEqual(validation);
  expect(new Set([...train, ...validation]).size).toBe(464);
  expect(train.some(isHeldOut)).toBe(false);
  expect(validation.every(isHeldOut)).toBe(true);
  const lengths = (numbers: readonly number[]) =>
    [1, 2, 3, 4, 5, 6].map((digits) => numbers.filter((n) => String(n).length === digits).length);
  // All ten of one digit; about 80 of each other length, and fewer of two, of which there are 79 to draw.
  const [one, ...longer] = lengths(train) as [number, ...number[]];
  expect(one).toBe(10);
  for (const count of longer) expect(Math.abs(count - 78)).toBeLessThan(25);
  // No number of one digit is held out.
  expect(lengths(validation)[0]).toBe(0);
  expect(Math.min(...lengths(validation).slice(1))).toBeGreaterThan(5);
});
