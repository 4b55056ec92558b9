/** Seconds of the past that the speed is measured over: long enough to be calm, short enough to follow a change. */
const WINDOW_SECONDS = 3;

/** Steps per second over the last few seconds of wall time, so that what is left counts evaluations too. */
export class Pace {
  #marks: { readonly time: number; readonly step: number }[] = [];

  /** Forgets the past, e.g. across a pause. */
  restart(): void {
    this.#marks = [];
  }

  /** @param time wall-clock seconds, @param step race steps completed by then. */
  mark(time: number, step: number): void {
    this.#marks.push({ time, step });
    while (this.#marks.length > 2 && time - (this.#marks[1]?.time ?? time) > WINDOW_SECONDS) this.#marks.shift();
  }

  /** Null until two moments have been seen. */
  stepsPerSecond(): number | null {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (!first || !last || last.time <= first.time || last.step <= first.step) return null;
    return (last.step - first.step) / (last.time - first.time);
  }

  secondsLeft(totalSteps: number): number | null {
    const rate = this.stepsPerSecond();
    const last = this.#marks.at(-1);
    return rate === null || !last ? null : Math.max(0, totalSteps - last.step) / rate;
  }
}
