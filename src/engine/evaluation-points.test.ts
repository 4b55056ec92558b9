import { describe } from 'vitest';
import { describeEvaluationPoints } from './testing/evaluation-points.ts';
import { openWasmRuntime } from './wasm-runtime.ts';

describe('evaluation on WebAssembly', () => {
  describeEvaluationPoints(() => openWasmRuntime('test', null));
});
