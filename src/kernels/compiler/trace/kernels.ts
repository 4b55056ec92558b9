import { creation } from './creation.ts';
import { elementwise } from './elementwise.ts';
import { indexing } from './indexing.ts';
import type { LoweringTable } from './lowering.ts';
import { matmul } from './matmul.ts';
import { random } from './random.ts';
import { reductions } from './reductions.ts';
import { views } from './views.ts';

/** Every TensorFlow.js kernel that the compiler knows. */
export const kernels: LoweringTable = { ...creation, ...elementwise, ...indexing, ...matmul, ...random, ...reductions, ...views };
