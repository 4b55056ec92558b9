import { expect, it } from 'vitest';
import { optimizerDefinitions } from './definitions.ts';
import { methodsByKin } from './kin.ts';

it('every method is in the menu, once, under the idea it shares', () => {
  const groups = methodsByKin();
  expect(groups.flatMap(({ methods }) => methods).toSorted()).toEqual(optimizerDefinitions.toSorted());
  expect(groups.find(({ kin }) => kin === 'baseline')?.methods.map(({ id }) => id)).toEqual(expect.arrayContaining(['adamw', 'sgd']));
  expect(groups.find(({ kin }) => kin === 'dAdaptation')?.methods.map(({ id }) => id)).toContain('prodigy');
  expect(groups.every(({ methods }) => methods.length > 0)).toBe(true);
});
