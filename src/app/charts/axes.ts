export type Scale = 'linear' | 'log';
export type Domain = readonly [low: number, high: number];

/** Domain to pixels: `range[0]` is where the low end lies. */
export function createScale(scale: Scale, domain: Domain, range: readonly [number, number]): (value: number) => number {
  const [low, high] = scale === 'log' ? [Math.log10(domain[0]), Math.log10(domain[1])] : domain;
  const factor = high === low ? 0 : (range[1] - range[0]) / (high - low);
  return scale === 'log' ? (value) => range[0] + (Math.log10(value) - low) * factor : (value) => range[0] + (value - low) * factor;
}

/** Pixels back to the domain. */
export function invertScale(scale: Scale, domain: Domain, range: readonly [number, number]): (pixel: number) => number {
  const [low, high] = scale === 'log' ? [Math.log10(domain[0]), Math.log10(domain[1])] : domain;
  const factor = range[1] === range[0] ? 0 : (high - low) / (range[1] - range[0]);
  return (pixel) => {
    const value = low + (pixel - range[0]) * factor;
    return scale === 'log' ? 10 ** value : value;
  };
}

const COARSE = [1, 2, 5, 10] as const;
/** Where half an empty chart is too much. */
const FINE = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10] as const;

/** Smallest of `mantissas` x 10^k that is >= value (value > 0). The slack absorbs the rounding of log10. */
export function niceCeil(value: number, mantissas: readonly number[] = COARSE): number {
  const power = Math.floor(Math.log10(value));
  const mantissa = value / 10 ** power;
  return fromParts(mantissas.find((m) => m >= mantissa * (1 - 1e-9)) ?? 10, power);
}

/** Largest of `mantissas` x 10^k that is <= value (value > 0). */
export function niceFloor(value: number, mantissas: readonly number[] = COARSE): number {
  const power = Math.floor(Math.log10(value));
  const mantissa = value / 10 ** power;
  return fromParts([...mantissas].reverse().find((m) => m <= mantissa * (1 + 1e-9)) ?? 1, power);
}

/** m x 10^power without the rounding error of a product: 2e-5, not 0.000020000000000000003. */
function fromParts(mantissa: number, power: number): number {
  return Number(`${mantissa}e${power}`);
}

/**
 * The part of an axis that data need.
 *
 * Fits the finite 0.5-99.5 % of `values`, so that one diverging run does not flatten the others; what lies outside is let in as long as it does not
 * more than triple the fitted span (in the axis' own scale), and `keep` is always in. Then rounded outwards to round numbers.
 * @param cutLow fraction of the smallest values left out of the fit; a larger one lets lines that fall to 0 leave through the bottom.
 * @returns null when there is nothing to fit.
 */
export function fitDomain(values: readonly number[], keep: readonly number[], scale: Scale, cutLow = 0.005): Domain | null {
  const toScale = scale === 'log' ? Math.log10 : (v: number) => v;
  const shown = (list: readonly number[]) => list.filter((v) => Number.isFinite(v) && (scale === 'linear' || v > 0)).map(toScale);
  const kept = shown(keep);
  const sorted = shown(values).sort((a, b) => a - b);
  const all = sorted.length > 0 ? sorted : [...kept].sort((a, b) => a - b);
  if (all.length === 0) return null;
  const at = (quantile: number) => all[Math.round(quantile * (all.length - 1))] as number;
  let low = at(cutLow);
  let high = at(0.995);
  const span = high - low;
  low = Math.max(at(0), low - (cutLow > 0.005 ? span / 4 : span));
  high = Math.min(at(1), high + span);
  for (const value of kept) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return scale === 'log' ? niceLogDomain(10 ** low, 10 ** high) : niceLinearDomain(low, high);
}

/** Rounded outwards to 1, 2, 5 where that is little of the whole, and finer within two decades. */
function niceLogDomain(low: number, high: number): Domain {
  const mantissas = high / low < 100 ? FINE : COARSE;
  const [from, to] = [niceFloor(low, mantissas), niceCeil(high, mantissas)];
  return from === to ? [niceFloor(from / 2), niceCeil(to * 2)] : [from, to];
}

function niceLinearDomain(low: number, high: number): Domain {
  if (low === high) {
    const around = Math.abs(low) * 0.1 || 1;
    return niceLinearDomain(low - around, high + around);
  }
  // Zero belongs on an axis that nearly reaches it.
  const from = low > 0 && low < 0.35 * high ? 0 : low;
  const step = niceCeil((high - from) / 8);
  return [roundTo(Math.floor(from / step + 1e-9) * step, step), roundTo(Math.ceil(high / step - 1e-9) * step, step)];
}

/** Removes the binary noise of a multiple of a round step. */
function roundTo(value: number, step: number): number {
  const digits = Math.max(0, Math.min(100, 1 - Math.floor(Math.log10(step))));
  return Number(value.toFixed(digits)) + 0;
}

/** Round tick positions inside the domain, about `target` of them. */
export function ticks(domain: Domain, scale: Scale, target: number): readonly number[] {
  return scale === 'log' ? logTicks(domain, target) : linearTicks(domain, target);
}

function linearTicks([low, high]: Domain, target: number): readonly number[] {
  if (!(high > low)) return [low];
  const step = niceCeil((high - low) / Math.max(target, 1));
  const result: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) result.push(roundTo(k * step, step));
  // An axis with one tick says nothing about its scale.
  return result.length >= 2 ? result : linearTicks([low, high], target * 2);
}

/** Decades, thinned where there are many, filled with 2 and 5 where there are few, with more within one, and linear where that leaves fewer than 3. */
function logTicks([low, high]: Domain, target: number): readonly number[] {
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.ceil(Math.log10(high) - 1e-9);
  const inside = (tick: number) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9);
  const decades = Math.log10(high / low);
  const isNarrow = decades < 0.75;
  const mantissas = isNarrow ? FINE.slice(0, -1) : decades > target / 2 ? [1] : decades > target / 3 ? [1, 3] : [1, 2, 5];
  const every = Math.max(1, Math.ceil(decades / target));
  const result: number[] = [];
  for (let power = first; power <= last; power++) {
    if (power % every !== 0) continue;
    for (const mantissa of mantissas) {
      const tick = fromParts(mantissa, power);
      if (inside(tick)) result.push(tick);
    }
  }
  return result.length >= (isNarrow ? 3 : 2) ? result : linearTicks([low, high], target);
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
};

/** Labels of one axis in one style: plain decimals where all are short, else powers of ten throughout. */
export function tickLabels(values: readonly number[], scale: Scale): readonly string[] {
  const sizes = values.filter((v) => v !== 0).map(Math.abs);
  const smallest = Math.min(...sizes);
  const largest = Math.max(...sizes);
  const isPlain = sizes.length === 0 || (smallest >= (scale === 'log' ? 0.001 : 1e-4) && largest < 1e5);
  return values.map((value) => (isPlain || value === 0 ? plainLabel(value) : powerLabel(value)));
}

function plainLabel(value: number): string {
  return String(Number(value.toPrecision(6)))
    .replace(/^-/, '\u2212')
    .replace(/^(\u2212?\d{2,})(\d{3})$/, '$1\u202f$2');
}

function powerLabel(value: number): string {
  const [mantissa = '', power = ''] = Number(value.toPrecision(4)).toExponential().replace('e+', 'e').split('e');
  const ten = `10${[...power].map((digit) => SUPERSCRIPTS[digit] ?? digit).join('')}`;
  const head = mantissa.replace(/^-/, '\u2212');
  return head === '1' ? ten : head === '\u22121' ? `\u2212${ten}` : `${head}·${ten}`;
}

/** The x axis: the whole planned horizon from step 0, so that early curves are not rescaled all the time; a log axis starts at step 1. */
export function stepDomain(totalSteps: number, scale: Scale): Domain {
  return scale === 'log' ? [1, Math.max(2, totalSteps)] : [0, Math.max(1, totalSteps)];
}

/**
 * The x axis in seconds. While a race runs its length is extrapolated and rounded up, so that it changes in few, visible jumps.
 * @param seconds training seconds after each of the `count` steps done.
 */
export function secondsDomain(seconds: ArrayLike<number>, count: number, totalSteps: number, scale: Scale): Domain {
  const done = count > 0 ? (seconds[count - 1] ?? 0) : 0;
  const total = count >= totalSteps ? done : count > 0 ? (done / count) * totalSteps : 1;
  const high = total > 0 && Number.isFinite(total) ? (count >= totalSteps ? total : niceCeil(total, FINE)) : 1;
  if (scale === 'linear') return [0, high];
  const first = seconds[0] ?? 0;
  return [niceFloor(first > 0 && first < high ? first : high / 1000), high];
}
