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

/** Compiles WGSL. A module that does not compile throws an error with every message and the text with line numbers. */
export async function compileModule(device: GPUDevice, label: string, code: string): Promise<CompiledModule> {
  // The scope keeps a compile error from being reported a second time, as an uncaptured device error.
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label, code });
  const scope = device.popErrorScope();
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
}
