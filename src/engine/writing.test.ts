import { describe } from 'vitest';
import { fetchPublic } from '../workloads/testing/public-data.ts';
import { describeWriting } from './testing/writing.ts';
import { openWasmRuntime } from './wasm-runtime.ts';

describe('on WebAssembly, a network', () => {
  describeWriting(() => openWasmRuntime('test', null), fetchPublic);
});
