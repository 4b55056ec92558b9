import { WASM_POLICY } from '../../kernels/compiler/schedule/policies.ts';
import { WasmProgram } from '../../kernels/compiler/wasm/wasm-program.ts';
import type { Rates } from '../report.ts';
import { bestRate } from './best-rate.ts';
import { LARGE_PRODUCT, multiplyAdds, type ProductShape, productSchedule } from './product-schedule.ts';

/** Far beyond any cache. */
const COPY_BYTES = 64 * 1024 ** 2;

/** A product compiled by the WASM generator, to be made so many times on one thread. */
export async function createWasmProduct(shape: ProductShape): Promise<(count: number) => void> {
  const program = await WasmProgram.create({
    parts: { product: productSchedule(shape, WASM_POLICY) },
    runs: 1,
    entries: { product: [{ firstRun: 0, runs: 1, parts: ['product'] }] },
  });
  for (const name of ['a', 'b']) program.float32(name, 0).fill(0.5);
  return (count) => {
    for (let i = 0; i < count; i++) program.call('product');
  };
}

export async function wasmRates(): Promise<Rates> {
  const from = new Float32Array(COPY_BYTES / 4).fill(1);
  const to = new Float32Array(COPY_BYTES / 4);
  return {
    multiplyAddsPerSecond: await bestRate(multiplyAdds(LARGE_PRODUCT), await createWasmProduct(LARGE_PRODUCT)),
    copyBytesPerSecond: await bestRate(2 * COPY_BYTES, (count) => {
      for (let i = 0; i < count; i++) to.set(from);
    }),
  };
}
