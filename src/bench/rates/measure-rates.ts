import { requestDevice } from '../../kernels/gpu-device.ts';
import type { CompiledId } from '../contenders.ts';
import type { Rates } from '../report.ts';
import { wasmRates } from './wasm-rates.ts';
import { webGpuRates } from './webgpu-rates.ts';

/** What a generator's bare products and copies reach here. Throws where there is no such device. */
export async function measureRates(of: CompiledId): Promise<Rates> {
  if (of === 'compiled-wasm') return wasmRates();
  const granted = await requestDevice();
  if (!granted.ok) throw new Error(granted.message);
  const rates = await webGpuRates(granted);
  granted.device.destroy();
  return rates;
}
