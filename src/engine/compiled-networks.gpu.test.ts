import { afterAll, describe, expect, inject } from 'vitest';
import { GpuRunner } from '../kernels/compiler/testing/run-on-gpu.ts';
import type { AdapterClass } from '../kernels/compiler/wgsl/adapter-class.ts';
import { testDevice } from '../kernels/compiler/wgsl/testing/gpu-harness.ts';
import { FUSED_ALIGN } from '../kernels/layout.ts';
import { fetchFromUrl } from '../workloads/fetch-from-url.ts';
import { describeExactness, describeIndependence, type Generator } from './testing/describe-networks.ts';
import { registryCases, tinyCases } from './testing/network-cases.ts';
import { gpuCompiler } from './webgpu-runtime.ts';

const { device, errors } = await testDevice();
afterAll(() => {
  expect(errors).toEqual([]);
  device.destroy();
});

const generator = (adapter: AdapterClass): Generator => {
  const runner = new GpuRunner(device, adapter);
  return {
    align: FUSED_ALIGN,
    compiler: gpuCompiler(adapter),
    compute: (schedule, inputs) => runner.compute(schedule, inputs),
  };
};

const isFull = inject('isFull');
const fetchFile = fetchFromUrl(new URL('/data/', location.href).href);
const cases = [...tinyCases(), ...(await registryCases(fetchFile, isFull ? 'all others' : 'one other'))];
const ordinary = cases.filter(({ isOrdinary }) => isOrdinary);

// Other options give other networks, not other kinds of kernels: where there is little time, one network of each workload is enough for the
// second class and for the company of runs.
describe.each([
  { adapter: 'hardware', exact: cases },
  { adapter: 'software', exact: isFull ? cases : ordinary },
] as const)('compiled to WGSL for $adapter adapters', ({ adapter, exact }) => {
  describeExactness(exact, generator(adapter));
  describeIndependence(isFull ? cases : ordinary, generator(adapter), { groupings: 4 });
});
