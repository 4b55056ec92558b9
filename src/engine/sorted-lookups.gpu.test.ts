import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchFromUrl } from '../workloads/fetch-from-url.ts';
import { smallOptions } from '../workloads/testing/cases.ts';
import { openBackend } from './backend.ts';
import { workloadOf } from './catalogue.ts';
import type { Runtime } from './runtime.ts';
import { mixedRuns, trainSome } from './testing/train-some.ts';

let runtime: Runtime;

beforeAll(async () => {
  runtime = await openBackend('webgpu');
});

afterAll(() => runtime.dispose());

/** More than one submission takes. */
const STEPS = 35;

describe('training with sorted lookups', () => {
  it.each(['clicks', 'charLm'])('of %s gives the bits of training without, in several runs', async (id) => {
    const workload = workloadOf(id);
    const runs = mixedRuns(STEPS)
      .slice(0, 3)
      .map((run, seed) => ({ ...run, seed }));
    const given = { workload, options: smallOptions(workload), batch: 5, runs, steps: STEPS };
    const fetchFile = fetchFromUrl(new URL('/data/', location.href).href);
    expect(runtime.compiler.sortsLookups).toBe(true);
    const sorted = await trainSome(runtime, fetchFile, given);
    const scanning: Runtime = { ...runtime, compiler: { ...runtime.compiler, sortsLookups: false } };
    expect(sorted).toEqual(await trainSome(scanning, fetchFile, given));
    expect(sorted.every(({ divergedAt }) => divergedAt === null)).toBe(true);
  });
});
