import type { OptimizerDefinition } from '../optimizers/definition.ts';
import type { StepperStatus } from './variable-stepper.ts';

/** Least time between two looks at where the optimizer stands, which wait for the device. */
const INTERVAL_MS = 1000;

/** What happened when a method stopped, and what to do; null while it goes on. */
export function stopReason({ label, program }: OptimizerDefinition, { divergedAt, cause }: StepperStatus): string | null {
  if (cause === null) return null;
  const step = (divergedAt ?? 0) + 1;
  const what = {
    loss: 'the loss was not finite. The step was not made',
    method: program.failure ?? 'the method has no step there. The step was not made',
    parameters: 'the step produced parameters that are not finite',
    state: 'what the method remembers between steps is no longer finite',
  }[cause];
  return (
    `${label} stopped at step ${step}: ${what.replace(/\.$/, '')}. Nothing changes any more. ` +
    'Go on from saved weights with setWeights(), or with a new optimizer.'
  );
}

/**
 * Looks at where an optimizer stands, after its first step, at most once a second while it trains, and after its last step: whether a step
 * failed is known on the device only, and asking at every step would make training wait. What it finds is written to the console at once, and
 * the next step throws it.
 */
export class Watch {
  readonly #look: () => Promise<string | null>;
  #failure: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isLooking = false;
  #hasSteppedMeanwhile = false;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  /** Counts what makes an answer that is under way stale. */
  #generation = 0;

  /** @param look resolves to what went wrong, or null */
  constructor(look: () => Promise<string | null>) {
    this.#look = look;
  }

  /** Throws what is known to have gone wrong. */
  assertSound(): void {
    if (this.#failure !== null) throw new Error(this.#failure);
  }

  afterStep(): void {
    this.#hasSteppedMeanwhile = true;
    this.#schedule();
  }

  /** Remembers and reports what went wrong, once. */
  fail(failure: string): void {
    if (this.#failure !== null) return;
    this.#failure = failure;
    console.warn(failure);
  }

  /** Forgets what went wrong: the optimizer has another state now. */
  reset(): void {
    this.#generation += 1;
    this.#failure = null;
  }

  dispose(): void {
    this.reset();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#hasSteppedMeanwhile = false;
  }

  #schedule(): void {
    if (this.#timer !== null || this.#isLooking) return;
    this.#timer = setTimeout(() => this.#lookNow(), Math.max(0, this.#lookedAtMs + INTERVAL_MS - performance.now()));
  }

  async #lookNow(): Promise<void> {
    const generation = this.#generation;
    this.#timer = null;
    this.#isLooking = true;
    this.#hasSteppedMeanwhile = false;
    this.#lookedAtMs = performance.now();
    try {
      const failure = await this.#look();
      if (failure !== null && generation === this.#generation) this.fail(failure);
    } catch (error) {
      if (generation === this.#generation) this.fail(`The optimizer's state could not be read: ${inWords(error)}`);
    } finally {
      this.#isLooking = false;
      if (this.#hasSteppedMeanwhile) this.#schedule();
    }
  }
}

export function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
