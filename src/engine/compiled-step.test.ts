import { join } from 'node:path';
import { describe } from 'vitest';
import { fetchFromDisk } from '../workloads/fetch-from-disk.ts';
import { describeAgreement } from './testing/agreement.ts';
import { openWasmRuntime } from './wasm-runtime.ts';

describe('a step compiled to WebAssembly', () => {
  describeAgreement(fetchFromDisk(join(import.meta.dirname, '../../public/data')), () => openWasmRuntime('test', null));
});
