import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countGpuBuffers } from '../kernels/testing/gpu-buffers.ts';
import { openBackend } from './backend.ts';
import type { Runtime } from './runtime.ts';
import { describeEndurance } from './testing/endurance.ts';

let runtime: Runtime;
const counted = countGpuBuffers();
let most = 0;

beforeAll(async () => {
  runtime = await openBackend('webgpu');
});

afterAll(() => {
  runtime.dispose();
  counted.stop();
});

describe('training on WebGPU', () => {
  describeEndurance(
    () => runtime,
    () => {
      most = Math.max(most, counted.held().buffers);
      return counted.held();
    },
  );

  it('had buffers to count, and frees them all', () => {
    expect(most).toBeGreaterThan(0);
    expect(counted.held()).toEqual({ buffers: 0, bytes: 0 });
  });
});
