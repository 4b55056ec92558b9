import { pcg4d } from '../../kernels/counter-random.ts';

/**
 * Numbers from 0 to 999,999 in English and in German words, and a fixed choice of them. German writes a number as one word and says the unit
 * before the tens: 345 is three hundred forty-five, but dreihundertfünfundvierzig.
 */
export const LARGEST_NUMBER = 999_999;
const MOST_DIGITS = 6;

const ENGLISH_SMALL = (
  'zero one two three four five six seven eight nine ten ' + 'eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
).split(' ');
const ENGLISH_TENS = ['', '', ...'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')];
const GERMAN_SMALL = (
  'null eins zwei drei vier fünf sechs sieben acht neun zehn ' + 'elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn'
).split(' ');
const GERMAN_TENS = ['', '', ...'zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig'.split(' ')];

/** Quotient and remainder. */
const divide = (n: number, by: number): [number, number] => [Math.floor(n / by), n % by];

/** E.g. 'three hundred forty-five thousand six hundred seventy-eight': no 'and', no comma. */
export function english(n: number): string {
  if (n < 20) return ENGLISH_SMALL[n] as string;
  if (n < 100) {
    const [tens, unit] = divide(n, 10);
    return `${ENGLISH_TENS[tens]}${unit === 0 ? '' : `-${ENGLISH_SMALL[unit]}`}`;
  }
  const [size, word] = n < 1000 ? [100, 'hundred'] : [1000, 'thousand'];
  const [count, rest] = divide(n, size as number);
  return `${english(count)} ${word}${rest === 0 ? '' : ` ${english(rest)}`}`;
}

/** E.g. 'dreihundertfünfundvierzigtausendsechshundertachtundsiebzig'. */
export function german(n: number): string {
  if (n < 20) return GERMAN_SMALL[n] as string;
  if (n < 100) {
    const [tens, unit] = divide(n, 10);
    return `${unit === 0 ? '' : `${germanCount(unit)}und`}${GERMAN_TENS[tens]}`;
  }
  const [size, word] = n < 1000 ? [100, 'hundert'] : [1000, 'tausend'];
  const [count, rest] = divide(n, size as number);
  return `${germanCount(count)}${word}${rest === 0 ? '' : german(rest)}`;
}

/** In front of another word a final 'eins' is 'ein': einhundert, einhunderteintausend. */
const germanCount = (n: number): string => german(n).replace(/eins$/, 'ein');

/** FNV-1a, 32 bits, of ASCII text. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Whether a number belongs to the validation part, as a tenth of all numbers does. */
export const isHeldOut = (n: number): boolean => fnv1a(String(n)) % 10 === 0;

/** Counters of the draw; any fixed words would do. */
const SEED = 20240607;
const STREAM = 0x4e554d53;

/**
 * `count` different numbers of one part, always the same ones: of the numbers of a part, first the number of digits is drawn, 1 to 6 equally
 * often, then the number; what was drawn before is drawn again. So short numbers are not rare: nearly all of at most three digits occur.
 */
export function drawNumbers(count: number, part: 'train' | 'validation'): readonly number[] {
  const drawn = new Set<number>();
  const words = new Uint32Array(4);
  for (let index = 0; drawn.size < count; index++) {
    pcg4d(SEED, part === 'train' ? 0 : 1, STREAM, index, words);
    const digits = 1 + ((words[0] as number) % MOST_DIGITS);
    const first = digits === 1 ? 0 : 10 ** (digits - 1);
    const n = first + ((words[1] as number) % (10 ** digits - first));
    if (isHeldOut(n) === (part === 'validation')) drawn.add(n);
  }
  return [...drawn];
}
