import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A journal belongs to another search than the one asked for. */
export class JournalMismatchError extends Error {
  override readonly name = 'JournalMismatchError';
}

/**
 * Finished runs as JSON lines, so that what was interrupted goes on where it stopped: first a line that says what it is, then one line per
 * run.
 */
export class Journal<Entry> {
  readonly #path: string;
  readonly records: Entry[] = [];

  /** Opens or begins the journal at `path`. Throws `JournalMismatchError` when it is another search's. A half-written last line is dropped. */
  constructor(path: string, what: object, isFresh: boolean) {
    this.#path = path;
    const header = JSON.stringify(what);
    mkdirSync(dirname(path), { recursive: true });
    if (isFresh) rmSync(path, { force: true });
    if (!existsSync(path)) {
      writeFileSync(path, `${header}\n`);
      return;
    }
    const text = readFileSync(path, 'utf8');
    const lines = text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .slice(0, -1);
    if (lines[0] !== header) throw new JournalMismatchError(`${path} is the journal of another search: remove it or add --fresh.`);
    for (const line of lines.slice(1)) this.records.push(JSON.parse(line) as Entry);
    // Without the half-written line, so that what is appended starts on a line of its own.
    writeFileSync(path, `${lines.join('\n')}\n`);
  }

  add(records: readonly Entry[]): void {
    this.records.push(...records);
    appendFileSync(this.#path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  }

  /** Once its runs are kept somewhere else. */
  remove(): void {
    rmSync(this.#path, { force: true });
  }
}
