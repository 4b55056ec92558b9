import { describe, expect, it } from 'vitest';
import { comment, indent, isBalanced, wrapCall } from './python-text.ts';

describe('comments', () => {
  it('stay within the line and lose nothing', () => {
    const text = Array.from({ length: 40 }, (_, i) => `word${i}`).join(' ');
    const lines = comment(text);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.every((line) => line.startsWith('# ') && line.length <= 88)).toBe(true);
    expect(lines.map((line) => line.slice(2)).join(' ')).toBe(text);
  });

  it('are one line however the text is written', () => {
    expect(comment('a\nb')).toEqual(['# a b']);
  });
});

describe('wrapping a call', () => {
  it('leaves short lines alone', () => {
    expect(wrapCall('x = ', 'f(a, b)')).toEqual(['x = f(a, b)']);
  });

  it('puts one argument on a line, brackets and strings kept together', () => {
    const long = 'y'.repeat(80);
    expect(wrapCall('x = ', `f(g)(model, betas=(0.9, 0.999), name="a, b)", ${long}=1)`)).toEqual([
      'x = f(g)(',
      '    model,',
      '    betas=(0.9, 0.999),',
      '    name="a, b)",',
      `    ${long}=1,`,
      ')',
    ]);
  });

  it('wraps calls within calls', () => {
    const long = 'y'.repeat(90);
    expect(wrapCall('x = ', `f(g(${long}), 1)`)).toEqual(['x = f(', '    g(', `        ${long},`, '    ),', '    1,', ')']);
  });

  it('wraps what is called where it is a call itself', () => {
    const long = 'y'.repeat(90);
    expect(wrapCall('x = ', `f(${long}, 1)(model, a=1)`)).toEqual([
      'x = f(',
      `    ${long},`,
      '    1,',
      ')(',
      '    model,',
      '    a=1,',
      ')',
    ]);
  });
});

it('indents all but empty lines', () => {
  expect(indent(['a', '', 'b'])).toEqual(['    a', '', '    b']);
});

describe('the check of brackets and strings', () => {
  it.each(['f(a, [1, {2: "x)"}])', '"""a (b"""\nf()', "x = 'a'  # it's (open\ny = 1", '# only a comment ('])('accepts %s', (text) =>
    expect(isBalanced(text)).toBe(true),
  );
  it.each(['f(a', 'f(a]', 'x = "a', 'x = "a\n"', ')'])('refuses %s', (text) => expect(isBalanced(text)).toBe(false));
});
