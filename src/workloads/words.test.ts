import { expect, it } from 'vitest';
import { inSentence } from './words.ts';

it('labels keep their abbreviations in a sentence', () => {
  expect(['Validation error', 'Validation SSIM', 'SSIM', 'chrF2', 'Loss', 'Word error rate', 'CTC loss'].map(inSentence)).toEqual([
    'validation error',
    'validation SSIM',
    'SSIM',
    'chrF2',
    'loss',
    'word error rate',
    'CTC loss',
  ]);
});
