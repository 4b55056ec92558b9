import type { BufferId } from '../schedule.ts';
import type { Value } from './evaluator.ts';
import type { Scope } from './scope.ts';

interface Stored {
  readonly buffer: BufferId;
  readonly value: Value;
  /** Statements that store it; null once they are written. */
  lines: (() => readonly string[]) | null;
}

/**
 * Stores of a thread whose text has no loops, written at its end: a value that is stored and loaded again at the same place does not go
 * through memory, what is replaced before anybody has read it is not stored, nor is what no other kernel reads.
 */
export class DelayedStores {
  readonly #isLocal: (buffer: BufferId) => boolean;
  readonly #stored = new Map<string, Stored>();

  /** @param isLocal whether no other kernel reads the buffer */
  constructor(isLocal: (buffer: BufferId) => boolean) {
    this.#isLocal = isLocal;
  }

  /** @param place text that is the same for the same elements of the buffer */
  add(buffer: BufferId, place: string, value: Value, lines: () => readonly string[]): void {
    const key = `${buffer} ${place}`;
    this.#stored.delete(key);
    this.#stored.set(key, { buffer, value, lines });
  }

  /** What the thread has stored at this place. Other places of the buffer may be the same elements: before they are read, its stores are written. */
  find(buffer: BufferId, place: string, scope: Scope): Value | null {
    const stored = this.#stored.get(`${buffer} ${place}`);
    if (stored !== undefined) return stored.value;
    this.#write(scope, (own) => own.buffer === buffer);
    return null;
  }

  /** Writes what others may read. */
  write(scope: Scope): void {
    this.#write(scope, ({ buffer }) => !this.#isLocal(buffer));
  }

  #write(scope: Scope, isMeant: (stored: Stored) => boolean): void {
    for (const stored of this.#stored.values()) {
      if (stored.lines === null || !isMeant(stored)) continue;
      for (const line of stored.lines()) scope.line(line);
      stored.lines = null;
    }
  }
}
