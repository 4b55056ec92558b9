import { afterAll, beforeAll, describe } from 'vitest';
import { fetchFromUrl } from '../workloads/fetch-from-url.ts';
import { openBackend } from './backend.ts';
import type { Runtime } from './runtime.ts';
import { describeAgreement } from './testing/agreement.ts';

let runtime: Runtime;

beforeAll(async () => {
  runtime = await openBackend('webgpu');
});

afterAll(() => runtime.dispose());

describe('a step compiled to WGSL', () => {
  describeAgreement(fetchFromUrl(new URL('/data/', location.href).href), () => runtime);
});
