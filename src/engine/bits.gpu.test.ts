import { afterAll, beforeAll, describe } from 'vitest';
import { fetchFromUrl } from '../workloads/fetch-from-url.ts';
import { openBackend } from './backend.ts';
import type { Runtime } from './runtime.ts';
import { describeBits } from './testing/bits.ts';

let runtime: Runtime;

beforeAll(async () => {
  runtime = await openBackend('webgpu');
});

afterAll(() => runtime.dispose());

describe('bits on WebGPU', () => {
  describeBits(fetchFromUrl(new URL('/data/', location.href).href), {
    'in one group': () => runtime,
    // Room for about three runs' slots in a binding.
    'in small groups': () => ({ ...runtime, limits: { ...runtime.limits, bindingBytes: 300_000 } }),
  });
});
