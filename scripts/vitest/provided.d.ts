import 'vitest';

declare module 'vitest' {
  /** What vitest.config.ts provides to tests, in Node and in browsers alike. */
  export interface ProvidedContext {
    /** Random programs per test of the compiler. */
    readonly programs: number;
    /** Whether this is the long run, `npm run test:full`. */
    readonly isFull: boolean;
  }
}
