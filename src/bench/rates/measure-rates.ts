import { requestDevice } from '../../kernels/gpu-device.ts';
import type { CompiledId } from '../contenders.ts';
import type { Rates } from '../report.ts';
import type { ProductShape } from './product-schedule.ts';
import { wasmProductRate, wasmRates } from './wasm-rates.ts';
import { webGpuProductRate, webGpuRates } from './webgpu-rates.ts';

/** A product of a network's own, for R runs. */
export interface LayerProduct extends ProductShape {
  readonly runs: number;
}

export interface MeasuredRates extends Rates {
  /** Multiply-adds per second of the given products, in their order. */
  readonly layers: readonly number[];
}

/** What a generator's bare products and copies reach here. Throws where there is no such device. */
export async function measureRates(of: CompiledId, layers: readonly LayerProduct[]): Promise<MeasuredRates> {
  if (of === 'compiled-wasm') {
    const rates = [];
    for (const layer of layers) rates.push(await wasmProductRate(layer));
    return { ...(await wasmRates()), layers: rates };
  }
  const granted = await requestDevice();
  if (!granted.ok) throw new Error(granted.message);
  const rates = [];
  for (const layer of layers) rates.push(await webGpuProductRate(granted, layer, layer.runs));
  const measured = { ...(await webGpuRates(granted)), layers: rates };
  granted.device.destroy();
  return measured;
}
