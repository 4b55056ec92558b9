import fc from 'fast-check';

/** `npm run test:full` tries ten times as many examples of every property that does not fix their number itself. */
if (process.env.FULL === '1') fc.configureGlobal({ numRuns: 1000 });
