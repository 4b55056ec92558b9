import { compileModule } from '../../fused/compile.ts';

/** Compute pipelines of one device by their text: equal kernels of a program, and of programs for other numbers of runs, share one. */
type Pipelines = Map<string, Promise<GPUComputePipeline>>;

const pipelinesOfDevice = new WeakMap<GPUDevice, Pipelines>();

/** The pipeline of a text with entry point `main`. Throws an error with the numbered text where it does not compile. */
export function pipelineOf(device: GPUDevice, label: string, code: string): Promise<GPUComputePipeline> {
  const pipelines: Pipelines = pipelinesOfDevice.get(device) ?? new Map();
  pipelinesOfDevice.set(device, pipelines);
  const known = pipelines.get(code);
  if (known) return known;
  const compiled = compileModule(device, label, code).then(({ module }) =>
    device.createComputePipelineAsync({ label, layout: 'auto', compute: { module, entryPoint: 'main' } }),
  );
  pipelines.set(code, compiled);
  // A failure is not remembered: the device may have been out of memory for a moment.
  compiled.catch(() => pipelines.delete(code));
  return compiled;
}
