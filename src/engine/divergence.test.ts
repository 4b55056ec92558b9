import { expect, it } from 'vitest';
import { divergenceSentence } from './divergence.ts';

it.each([
  ['loss', undefined, 'Diverged at step 3: the loss was not finite.'],
  ['parameters', 'not asked', 'Diverged at step 3: a parameter was not finite.'],
  ['state', undefined, 'Diverged at step 3: a buffer of the method overflowed: gradients are too large.'],
  ['method', 'The first gradient is zero.', 'Diverged at step 3. The first gradient is zero.'],
  ['method', undefined, 'Diverged at step 3: the method has no step there.'],
  [undefined, 'not asked', 'Diverged at step 3.'],
] as const)('says in words what %s means', (cause, failure, sentence) => {
  expect(divergenceSentence('Diverged at step 3', cause, failure)).toBe(sentence);
});
