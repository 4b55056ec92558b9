import { convolution } from './convolution.ts';
import { creation } from './creation.ts';
import { custom } from './custom.ts';
import { elementwise } from './elementwise.ts';
import { indexing } from './indexing.ts';
import type { LoweringTable } from './lowering.ts';
import { matmul } from './matmul.ts';
import { normalization } from './normalization.ts';
import { pooling } from './pooling.ts';
import { random } from './random.ts';
import { reductions } from './reductions.ts';
import { resizing } from './resizing.ts';
import { views } from './views.ts';

/** Every TensorFlow.js kernel that the compiler knows. */
export const kernels: LoweringTable = {
  ...convolution,
  ...creation,
  ...custom,
  ...elementwise,
  ...indexing,
  ...matmul,
  ...normalization,
  ...pooling,
  ...random,
  ...reductions,
  ...resizing,
  ...views,
};
