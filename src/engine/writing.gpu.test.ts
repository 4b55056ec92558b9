import { afterAll, beforeAll, describe } from 'vitest';
import { fetchFromUrl } from '../workloads/fetch-from-url.ts';
import { openBackend } from './backend.ts';
import type { Runtime } from './runtime.ts';
import { describeWriting } from './testing/writing.ts';

let runtime: Runtime;

beforeAll(async () => {
  runtime = await openBackend('webgpu');
});

afterAll(() => runtime.dispose());

describe('on WebGPU, a network', () => {
  describeWriting(() => runtime, fetchFromUrl(new URL('/data/', location.href).href));
});
