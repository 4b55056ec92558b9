import { DataChecksumError, DataMissingError } from '../workloads/data-errors.ts';
import { RaceError } from './failure.ts';
import type { Failure } from './protocol.ts';

/** Any error of a race in words for the visitor. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RaceError) return error.failure;
  if (error instanceof DataMissingError) return { kind: 'data-missing', message: error.message, advice: error.advice, control: 'workload' };
  if (error instanceof DataChecksumError)
    return { kind: 'data-checksum', message: error.message, advice: error.advice, control: 'workload' };
  const message = error instanceof Error ? error.message : String(error);
  return {
    kind: 'internal',
    message: `The engine stopped: ${message}`,
    advice: 'Run again. If it happens again, please report it with the link of this race.',
    control: null,
  };
}
