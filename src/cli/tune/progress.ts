/** '45 s', '12 min', '1 h 20 min'. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A progress line: rewritten in place on a terminal, about once a minute elsewhere. */
export class Progress {
  readonly #total: number;
  readonly #started = performance.now();
  #done = 0;
  #shownMs = 0;

  constructor(total: number) {
    this.#total = total;
  }

  add(amount: number): void {
    this.#done += amount;
    const elapsedMs = performance.now() - this.#started;
    const isTerminal = process.stdout.isTTY === true;
    if (!isTerminal && elapsedMs - this.#shownMs < 60_000 && this.#done < this.#total) return;
    this.#shownMs = elapsedMs;
    const left = (elapsedMs / this.#done) * (this.#total - this.#done);
    const text = `${((100 * this.#done) / this.#total).toFixed(1)} %, ${duration(elapsedMs / 1000)} so far, ${duration(left / 1000)} left`;
    process.stdout.write(isTerminal ? `\r\x1b[2K${text}` : `${text}\n`);
  }

  /** A line of its own above the progress line. */
  line(text: string): void {
    process.stdout.write(`${process.stdout.isTTY === true ? '\r\x1b[2K' : ''}${text}\n`);
  }

  end(): void {
    if (process.stdout.isTTY === true) process.stdout.write('\n');
  }
}
