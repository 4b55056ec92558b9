/** A compiled module and what the compiler had to say besides errors. */
export interface CompiledModule {
  readonly module: GPUShaderModule;
  readonly warnings: readonly string[];
}

function numbered(code: string): string {
  return code
    .split('\n')
    .map((line, index) => `${String(index + 1).padStart(4)} | ${line}`)
    .join('\n');
}

/** A module to build pipelines from at once, and the compiler's verdict, which comes later: an error with every message and the text. */
export interface StartedModule {
  readonly module: GPUShaderModule;
  readonly verdict: Promise<CompiledModule>;
}

/** Compiles WGSL without waiting for the result. */
export function startModule(device: GPUDevice, label: string, code: string): StartedModule {
  // The scope keeps a compile error from being reported a second time, as an uncaptured device error.
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label, code });
  const scope = device.popErrorScope();
  const judge = async (): Promise<CompiledModule> => {
    const { messages } = await module.getCompilationInfo();
    const failure = await scope;
    const texts = (type: GPUCompilationMessageType) =>
      messages.filter((message) => message.type === type).map(({ lineNum, linePos, message }) => `${lineNum}:${linePos} ${message}`);
    const errors = texts('error');
    if (errors.length > 0 || failure) {
      const reasons = errors.length > 0 ? errors : [failure?.message ?? ''];
      throw new Error(`Shader "${label}" does not compile:\n${reasons.join('\n')}\n\n${numbered(code)}`);
    }
    return { module, warnings: texts('warning') };
  };
  return { module, verdict: judge() };
}

/** Compiles WGSL. A module that does not compile throws an error with every message and the text with line numbers. */
export function compileModule(device: GPUDevice, label: string, code: string): Promise<CompiledModule> {
  return startModule(device, label, code).verdict;
}
