import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEndurance } from './testing/endurance.ts';
import { openWasmRuntime } from './wasm-runtime.ts';

const { Memory } = WebAssembly;
const memories: WebAssembly.Memory[] = [];

beforeAll(() => {
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories.push(this);
    }
  };
});

afterAll(() => {
  WebAssembly.Memory = Memory;
});

describe('training on WebAssembly', () => {
  describeEndurance(
    () => openWasmRuntime('test', null),
    () => memories.map(({ buffer }) => buffer.byteLength),
  );

  it('had memory to count', () => {
    expect(memories.length).toBe(1);
    expect(memories[0]?.buffer.byteLength).toBeGreaterThan(0);
  });
});
