import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { fetchFromDisk } from '../workloads/fetch-from-disk.ts';
import type { Runtime } from './runtime.ts';
import { describeBits } from './testing/bits.ts';
import { nodeThreads } from './threads/node-threads.node.ts';
import { openWasmRuntime } from './wasm-runtime.ts';

const threaded = [2, 3].map((count) => openWasmRuntime('test', nodeThreads(count, 1)));
afterAll(() => {
  for (const runtime of threaded) runtime.dispose();
});

describe('bits on WebAssembly', () => {
  describeBits(fetchFromDisk(join(import.meta.dirname, '../../public/data')), {
    'on one thread': () => openWasmRuntime('test', null),
    'on two threads': () => threaded[0] as Runtime,
    'on three threads': () => threaded[1] as Runtime,
  });
});
