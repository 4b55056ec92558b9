import { describe, expect, it } from 'vitest';
import { answersToShow, shareText } from './answers.ts';

const entriesOf = (probabilities: readonly number[], ...trueOnes: readonly number[]) =>
  probabilities.map((probability, index) => ({ label: String(index), probability, isTrue: trueOnes.includes(index) }));
const labelsOf = (shown: ReturnType<typeof answersToShow>) => shown.answers.map(({ label }) => label).join(' ');

describe('the answers that are shown', () => {
  it('are all of few, in their own order', () => {
    const shown = answersToShow(entriesOf([0.1, 0.2, 0.7], 1));
    expect(labelsOf(shown)).toBe('0 1 2');
    expect(shown.others).toBeNull();
  });

  it('are the most probable ones of many, and the true one, with what is left for the others', () => {
    const probabilities = [0.02, 0.3, 0.1, 0.2, 0.05, 0.15, 0.08, 0.01, 0.01, 0.01, 0.01, 0.06];
    const shown = answersToShow(entriesOf(probabilities, 0));
    expect(labelsOf(shown)).toBe('1 3 5 2 6 0');
    expect(shown.others).toEqual({ count: 6, text: '15 %' });
  });

  it('are as many at every evaluation, whichever are probable', () => {
    const counts = [0, 5, 11].map((shift) => {
      const probabilities = Array.from({ length: 16 }, (_, i) => 0.9 - 0.05 * ((i + shift) % 16));
      return answersToShow(entriesOf(probabilities, 1, 4, 8, 15)).answers.length;
    });
    expect(counts).toEqual([7, 7, 7]);
  });

  it('say of others that do not exclude each other how probable the first of them is', () => {
    const probabilities = Array.from({ length: 16 }, (_, i) => 0.9 - 0.05 * i);
    const shown = answersToShow(entriesOf(probabilities, 1, 15));
    expect(labelsOf(shown)).toBe('0 1 2 3 4 15');
    expect(shown.others).toEqual({ count: 10, text: 'at most 65 % each' });
  });

  it('are written in percent, shorter than they are', () => {
    expect([0, 0.0004, 0.0123, 0.0994, 0.0996, 0.876, 1, Number.NaN].map(shareText)).toEqual([
      '0 %',
      '< 0.1 %',
      '1.2 %',
      '9.9 %',
      '10 %',
      '88 %',
      '100 %',
      '–',
    ]);
  });
});
