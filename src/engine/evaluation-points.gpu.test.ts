import { afterAll, beforeAll, describe } from 'vitest';
import { openBackend } from './backend.ts';
import type { Runtime } from './runtime.ts';
import { describeEvaluationPoints } from './testing/evaluation-points.ts';

let runtime: Runtime;

beforeAll(async () => {
  runtime = await openBackend('webgpu');
});

afterAll(() => runtime.dispose());

describe('evaluation on WebGPU', () => {
  describeEvaluationPoints(() => runtime);
});
