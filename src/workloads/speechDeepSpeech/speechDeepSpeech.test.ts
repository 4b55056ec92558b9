import { describe, expect, test } from 'vitest';
import { describeRecogniser } from '../speech/testing/describe-recogniser.ts';
import { deepSpeechModel } from './model.ts';

const small = { units: 4, depth: 1, variant: 'base', calibrationRows: 2 } as const;

describe('a small DeepSpeech', () => describeRecogniser(deepSpeechModel(small), true));
describe('one with layer norm everywhere', () => describeRecogniser(deepSpeechModel({ ...small, variant: 'normAndSpecAug' }), false));

test('only the variant with layer norm everywhere has other parameters: none before the output', () => {
  const names = (variant: string): readonly string[] => deepSpeechModel({ ...small, variant }).parameters.map(({ name }) => name);
  const base = names('base');
  for (const variant of ['tanh', 'noResnet']) expect(names(variant)).toEqual(base);
  expect(base.filter((name) => !names('normAndSpecAug').includes(name))).toEqual(['norm.scale', 'norm.offset']);
});
