/** Why there is no WebGPU device, in a form that the page can explain. */
export type DeviceFailure = 'no-webgpu' | 'no-adapter' | 'device-refused';

export interface GrantedDevice {
  readonly ok: true;
  readonly device: GPUDevice;
  readonly adapterInfo: GPUAdapterInfo;
  /** Vendor, architecture and description, as far as the browser tells. */
  readonly adapterName: string;
  /** SwiftShader, llvmpipe and other adapters that compute on the CPU. */
  readonly isSoftware: boolean;
}

export type DeviceResult = GrantedDevice | { readonly ok: false; readonly failure: DeviceFailure; readonly message: string };

const SOFTWARE_NAMES = /swiftshader|llvmpipe|lavapipe|softpipe|microsoft basic render|\bwarp\b/i;

/** Whether an adapter computes on the CPU: by its own flag, or by the names of the known ones. */
export function isSoftwareAdapter(
  info: Pick<GPUAdapterInfo, 'vendor' | 'architecture' | 'device' | 'description' | 'isFallbackAdapter'>,
): boolean {
  return info.isFallbackAdapter || SOFTWARE_NAMES.test([info.vendor, info.architecture, info.device, info.description].join(' '));
}

/** Limits that decide how large a race may be, and how much one kernel can do at once; asked for at the adapter's maximum. */
const RAISED_LIMITS = ['maxBufferSize', 'maxStorageBufferBindingSize', 'maxStorageBuffersPerShaderStage'] as const;
const WANTED_FEATURES = ['timestamp-query', 'subgroups'] as const satisfies readonly GPUFeatureName[];

function adapterName(info: GPUAdapterInfo): string {
  const parts = [info.vendor, info.architecture, info.device, info.description].filter((part) => part !== '');
  return parts.length > 0 ? parts.join(' ') : 'unnamed adapter';
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Asks for a device with the adapter's full buffer sizes. Never throws for lack of WebGPU: the result says what is missing. */
export async function requestDevice(): Promise<DeviceResult> {
  // Typed as always present, but missing in browsers without WebGPU and on pages that are not a secure context.
  const gpu: GPU | undefined = globalThis.navigator?.gpu;
  if (gpu === undefined) {
    return { ok: false, failure: 'no-webgpu', message: 'This browser offers no WebGPU here (it also needs https or localhost).' };
  }
  let adapter: GPUAdapter | null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  } catch (error) {
    return { ok: false, failure: 'no-adapter', message: `The browser refused a WebGPU adapter: ${reason(error)}` };
  }
  if (adapter === null) {
    return {
      ok: false,
      failure: 'no-adapter',
      message: 'The browser has WebGPU but offers no adapter: no GPU, a blocked driver, or it is switched off.',
    };
  }
  const { limits, features, info } = adapter;
  const requiredLimits = Object.fromEntries(RAISED_LIMITS.map((name) => [name, limits[name]]));
  try {
    const device = await adapter.requestDevice({
      requiredLimits,
      requiredFeatures: WANTED_FEATURES.filter((feature) => features.has(feature)),
    });
    return { ok: true, device, adapterInfo: info, adapterName: adapterName(info), isSoftware: isSoftwareAdapter(info) };
  } catch (error) {
    return { ok: false, failure: 'device-refused', message: `The adapter "${adapterName(info)}" refused a device: ${reason(error)}` };
  }
}
