import { describe, expect, test } from 'vitest';
import { withSection } from './results-files.ts';
import { markdownTable, textTable } from './text-table.ts';

describe('a section of a document', () => {
  const text = 'before\n<!-- times: written by npm run bench -->\nold\n<!-- end of times -->\nafter';

  test('is replaced, and nothing around it', () => {
    expect(withSection(text, 'times', 'new')).toBe(
      'before\n<!-- times: written by npm run bench -->\n\nnew\n\n<!-- end of times -->\nafter',
    );
  });

  test('is replaced in the same place the second time', () => {
    expect(withSection(withSection(text, 'times', 'a'), 'times', 'b')).toBe(withSection(text, 'times', 'b'));
  });

  test('that is missing is an error', () => {
    expect(() => withSection(text, 'bars', 'new')).toThrow('no section "bars"');
  });
});

test('tables are aligned as text and valid as Markdown', () => {
  const [head, rows] = [
    ['what', 'ms'],
    [
      ['a long name', '1.5'],
      ['b', '10'],
    ],
  ] as const;
  expect(textTable(head, rows)).toBe('what          ms\n-----------  ---\na long name  1.5\nb             10');
  expect(markdownTable(head, rows)).toBe('| what | ms |\n| --- | ---: |\n| a long name | 1.5 |\n| b | 10 |');
});
