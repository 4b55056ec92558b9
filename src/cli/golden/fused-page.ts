/** The page behind `--runner fused`: holds the device and takes its calls from the command line through `window.goldenStepper`. */
import { requestDevice } from '../../kernels/gpu-device.ts';
import type { RowStatus } from '../../kernels/optimizer-runner.ts';
import { deviceStepper } from './fused-device.ts';
import type { GoldenBatch } from './stepper.ts';

/** `GoldenStepper` with plain lists, which is what crosses between the processes. */
export interface PageStepper {
  readonly adapterName: string;
  begin(batch: GoldenBatch): Promise<void>;
  step(grads: readonly number[], objective: readonly number[]): Promise<PageState>;
  evalPoints(): Promise<readonly number[]>;
  slots(): Promise<readonly Readonly<Record<string, readonly number[]>>[]>;
  status(): Promise<readonly RowStatus[]>;
  end(): Promise<void>;
}

export interface PageState {
  readonly params: readonly number[];
  readonly scalars: readonly Readonly<Record<string, readonly number[]>>[];
}

declare global {
  interface Window {
    goldenStepper?: Promise<PageStepper>;
  }
}

async function createPageStepper(): Promise<PageStepper> {
  const granted = await requestDevice();
  if (!granted.ok) throw new Error(granted.message);
  let deviceError: string | null = null;
  granted.device.addEventListener('uncapturederror', ({ error }) => {
    deviceError ??= error.message;
  });
  const stepper = deviceStepper(granted.device);
  return {
    adapterName: granted.adapterName,
    begin: (batch) => stepper.begin(batch),
    async step(grads, objective) {
      const { params, scalars } = await stepper.step(Float64Array.from(grads), Float64Array.from(objective));
      if (deviceError !== null) throw new Error(`The device reported: ${deviceError}`);
      return { params: Array.from(params), scalars };
    },
    evalPoints: async () => Array.from(await stepper.evalPoints()),
    slots: () => stepper.slots(),
    status: () => stepper.status(),
    end: () => stepper.end(),
  };
}

window.goldenStepper = createPageStepper();
