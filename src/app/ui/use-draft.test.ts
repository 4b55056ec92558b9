import { expect, test } from 'vitest';
import { type Draft, leave, type Read } from './use-draft.ts';

const upToEight = (text: string): Read<number> => {
  const value = Number(text);
  return text !== '' && value >= 1 && value <= 8 ? { value } : { problem: 'Must be between 1 and 8.' };
};
const typed = (text: string): Draft<number> => ({ kind: 'typing', text });

test('a usable text is applied on leaving', () => {
  expect(leave(typed('5'), upToEight, 3)).toEqual({ draft: { kind: 'none' }, value: 5 });
});

test('a text that cannot be used gives way to the value that is set, and that is said', () => {
  const { draft, value } = leave(typed('50'), upToEight, 3);
  expect(value).toBeUndefined();
  expect(draft).toEqual({ kind: 'refused', message: '“50” was not used. Must be between 1 and 8.', kept: 3 });
});

test('an emptied field is named, and a long text is cut', () => {
  expect(leave(typed('  '), () => ({ problem: 'Not a number.' }), 3).draft).toMatchObject({
    message: 'An empty field was not used. Not a number.',
  });
  const { draft } = leave(typed('9'.repeat(300)), upToEight, 3);
  expect(draft.kind === 'refused' && draft.message.length).toBeLessThan(80);
});

test('leaving an untouched field changes nothing, and what it said stays', () => {
  const refused: Draft<number> = { kind: 'refused', message: 'said', kept: 3 };
  expect(leave(refused, upToEight, 3)).toEqual({ draft: refused });
  expect(leave({ kind: 'none' }, upToEight, 3)).toEqual({ draft: { kind: 'none' } });
});
