import { afterEach, describe, expect, it, vi } from 'vitest';
import { isSoftwareAdapter, requestDevice } from './gpu-device.ts';

const info = { vendor: 'nvidia', architecture: 'ampere', device: '', description: '', isFallbackAdapter: false };

function stubAdapter(adapter: unknown): void {
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => adapter } });
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('requestDevice says why there is none', () => {
  it('without WebGPU', async () => {
    vi.stubGlobal('navigator', {});
    expect(await requestDevice()).toMatchObject({ ok: false, failure: 'no-webgpu' });
  });

  it('without an adapter', async () => {
    stubAdapter(null);
    expect(await requestDevice()).toMatchObject({ ok: false, failure: 'no-adapter' });
  });

  it('when asking for the adapter fails', async () => {
    vi.stubGlobal('navigator', { gpu: { requestAdapter: () => Promise.reject(new Error('blocked by policy')) } });
    expect(await requestDevice()).toMatchObject({
      ok: false,
      failure: 'no-adapter',
      message: expect.stringContaining('blocked by policy'),
    });
  });

  it('when the adapter refuses a device, naming it', async () => {
    const requestDeviceOfAdapter = () => Promise.reject(new Error('out of memory'));
    stubAdapter({ info, limits: {}, features: new Set(), requestDevice: requestDeviceOfAdapter });
    const result = await requestDevice();
    expect(result).toMatchObject({
      ok: false,
      failure: 'device-refused',
      message: 'The adapter "nvidia ampere" refused a device: out of memory',
    });
  });
});

it("asks for the adapter's full buffer sizes, and for timestamps and subgroups only where there are some", async () => {
  const requested = vi.fn(async (_descriptor: GPUDeviceDescriptor) => 'the device');
  const limits = { maxBufferSize: 2 ** 31, maxStorageBufferBindingSize: 2 ** 30, maxTextureDimension2D: 8192 };
  stubAdapter({ info, limits, features: new Set(), requestDevice: requested });
  expect(await requestDevice()).toMatchObject({ ok: true, device: 'the device', adapterName: 'nvidia ampere', isSoftware: false });
  expect(requested).toHaveBeenLastCalledWith({
    requiredLimits: { maxBufferSize: 2 ** 31, maxStorageBufferBindingSize: 2 ** 30 },
    requiredFeatures: [],
  });
  stubAdapter({ info, limits, features: new Set(['timestamp-query', 'subgroups', 'shader-f16']), requestDevice: requested });
  await requestDevice();
  expect(requested.mock.lastCall?.[0].requiredFeatures).toEqual(['timestamp-query', 'subgroups']);
});

describe('an adapter computes in software', () => {
  it.each([
    { ...info, vendor: 'google', architecture: 'swiftshader' },
    { ...info, vendor: 'mesa', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' },
    { ...info, vendor: 'microsoft', description: 'Microsoft Basic Render Driver' },
    { ...info, isFallbackAdapter: true },
  ])('$vendor $architecture $description', (adapter) => {
    expect(isSoftwareAdapter(adapter)).toBe(true);
  });

  it.each([
    info,
    { ...info, vendor: 'apple', architecture: 'metal-3' },
    { ...info, vendor: 'intel', description: 'Intel(R) Warpless Graphics' },
  ])('not $vendor $architecture $description', (adapter) => {
    expect(isSoftwareAdapter(adapter)).toBe(false);
  });
});
