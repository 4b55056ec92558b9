import { expect, test } from 'vitest';
import { findGpuProblem } from './GpuNote.tsx';

const gpuWith = (requestAdapter: () => Promise<unknown>) => ({ requestAdapter }) as unknown as GPU;
const adapter = (vendor: string, isFallbackAdapter = false) => ({
  info: { vendor, architecture: '', device: '', description: '', isFallbackAdapter },
});

test('a hardware adapter is no problem', async () => {
  expect(
    await findGpuProblem(
      gpuWith(async () => adapter('apple')),
      true,
    ),
  ).toBeNull();
});

test.each([
  ['no WebGPU', undefined, true, /has no WebGPU/],
  ['no secure context', undefined, false, /https or from localhost/],
  ['no adapter', gpuWith(async () => null), true, /offers no adapter/],
  ['a software adapter', gpuWith(async () => adapter('google swiftshader')), true, /in software/],
  ['a fallback adapter', gpuWith(async () => adapter('unknown', true)), true, /in software/],
  ['a refusal', gpuWith(() => Promise.reject(new Error('blocked'))), true, /refused/],
] as const)('%s is said in words', async (_what, gpu, isSecure, words) => {
  expect(await findGpuProblem(gpu, isSecure)).toMatch(words);
});
