import type { Bounded } from './error-bounds.ts';

/** The element that leaves its bound furthest behind. */
interface Worst {
  readonly index: number;
  readonly found: number;
  readonly value: number;
  readonly bound: number;
  /** Error in units of the bound. */
  readonly excess: number;
}

function excessOf(found: number, value: number, bound: number): number {
  if (Object.is(found, value) || found === value || bound === Number.POSITIVE_INFINITY) return 0;
  const error = Math.abs(found - value);
  // NaN where there is none, or none where there is.
  if (Number.isNaN(error)) return Number.POSITIVE_INFINITY;
  return error === 0 ? 0 : error / bound;
}

function worstOf(found: ArrayLike<number>, { values, bounds }: Bounded, { factor, absolute }: Slack): Worst | null {
  let worst: Worst | null = null;
  values.forEach((value, index) => {
    const bound = factor * (bounds[index] as number) + absolute;
    const own = found[index] as number;
    const excess = excessOf(own, value, bound);
    if (excess > (worst?.excess ?? 0)) worst = { index, found: own, value, bound, excess };
  });
  return worst;
}

/** Widens bounds: a bound is multiplied and then added to. */
export interface Slack {
  readonly factor: number;
  readonly absolute: number;
}

const NO_SLACK: Slack = { factor: 1, absolute: 0 };

/**
 * Throws unless every element of every output lies within its bound.
 * @param describe called for the error's text
 */
export function assertWithinBounds(
  found: (name: string) => ArrayLike<number>,
  wanted: Readonly<Record<string, Bounded>>,
  describe: () => string,
  slack = NO_SLACK,
): void {
  for (const [name, bounded] of Object.entries(wanted)) {
    const own = found(name);
    if (own.length !== bounded.values.length) {
      throw new Error(`${name} has ${own.length} elements instead of ${bounded.values.length}\n${describe()}`);
    }
    const worst = worstOf(own, bounded, slack);
    if (worst !== null && worst.excess > 1) {
      const { index, value, bound, excess } = worst;
      throw new Error(
        `${name}[${index}] is ${worst.found} instead of ${value}: off by ${Math.abs(worst.found - value)}, ` +
          `${excess.toPrecision(3)} times its bound ${bound.toPrecision(3)}\n${describe()}`,
      );
    }
  }
}

/** How many elements a comparison can really judge: those whose bound is far below the largest of their output. */
export class Sharpness {
  #sharp = 0;
  #all = 0;

  add(wanted: Readonly<Record<string, Bounded>>): void {
    for (const { values, bounds } of Object.values(wanted)) {
      const scale = values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
      this.#all += values.length;
      this.#sharp += bounds.reduce((count, bound) => count + (bound <= 1e-3 * scale ? 1 : 0), 0);
    }
  }

  get share(): number {
    return this.#sharp / this.#all;
  }
}
