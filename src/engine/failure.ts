import type { Failure } from './protocol.ts';

/** An error that already carries the words for the visitor. */
export class RaceError extends Error {
  override readonly name = 'RaceError';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(`${failure.message} ${failure.advice}`);
    this.failure = failure;
  }
}
