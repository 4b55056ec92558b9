/** A workload uses an operation that the compiler cannot express. */
export class UnsupportedOpError extends Error {
  /** The kernel's name in TensorFlow.js. */
  readonly kernel: string;
  /** How many kernels of the traced function came before it, plus one. */
  readonly ordinal: number;
  /** Where in the workload: the innermost stack frame outside TensorFlow.js and the compiler, or null where frames are not to be had. */
  readonly source: string | null;

  constructor(kernel: string, operands: readonly (readonly number[])[], ordinal: number, reason: string) {
    const source = workloadFrame();
    const shapes = operands.map((shape) => `(${shape.join(', ')})`).join(' and ');
    super(
      `The compiler cannot express ${kernel}${shapes === '' ? '' : ` of ${shapes}`}: ${reason}. ` +
        `It is operation ${ordinal} of the traced function${source === null ? '' : `, called at ${source}`}.`,
    );
    this.name = 'UnsupportedOpError';
    this.kernel = kernel;
    this.ordinal = ordinal;
    this.source = source;
  }
}

/** Frames that are not the workload's: libraries, pre-bundled ones, and the compiler with its caller in the engine. */
const FOREIGN = /node_modules|\.vite\/deps|tfjs|kernels\/compiler\/trace\/[^/]*(?<!\.test)\.ts|kernels\/(tf|counter-uniform)\.ts/;

/** Enough for the calls between a workload and the kernel that one of its operations ends in, backward pass included. */
const STACK_DEPTH = 100;

function workloadFrame(): string | null {
  const depth = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_DEPTH;
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = depth;
  const frames = stack.split('\n').filter((line) => /:\d+:\d+/.test(line));
  const own = frames.find((line) => !FOREIGN.test(line));
  return own === undefined ? null : own.trim().replace(/^at /, '');
}
