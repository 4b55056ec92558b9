import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { RACER_KEYS } from './series.ts';

const css = readFileSync(fileURLToPath(new URL('./theme.css', import.meta.url)), 'utf8');
const [lightBlock = '', darkBlock = ''] = css.split(':root[data-theme="dark"]');

function colours(block: string): Map<string, string> {
  return new Map([...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]));
}

/** WCAG 2.2 relative luminance. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((p, q) => q - p) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ['light', colours(lightBlock)],
  ['dark', colours(darkBlock)],
])('%s theme', (_name, theme) => {
  const value = (name: string) => theme.get(name) ?? expect.fail(`no colour --${name}`);
  const grounds = ['ground', 'panel'];
  // 3:1 is WCAG's bar for graphics and control borders (1.4.11), 4.5:1 for text (1.4.3).
  const lines = [...RACER_KEYS.flatMap((key) => [`series-${key}`, `baseline-${key}`]), 'rule-strong', 'focus'];
  const texts = ['ink', 'ink-soft', 'ink-faint', 'accent', 'danger', 'warn', 'good', 'target'];

  test.each(lines)('--%s is at least 3:1 on every ground', (name) => {
    for (const ground of grounds) expect(contrast(value(name), value(ground)), `--${name} on --${ground}`).toBeGreaterThanOrEqual(3);
  });
  test.each(texts)('--%s is at least 4.5:1 on every ground', (name) => {
    for (const ground of [...grounds, 'raised']) expect(contrast(value(name), value(ground)), `on --${ground}`).toBeGreaterThanOrEqual(4.5);
  });
  test.each([
    ['accent-ink', 'accent'],
    ['danger', 'danger-soft'],
    ['ink', 'danger-soft'],
    ['warn', 'warn-soft'],
    ['ink', 'warn-soft'],
    ['accent', 'accent-soft'],
    ['ink', 'accent-soft'],
  ])('--%s is readable on --%s', (text, ground) => {
    expect(contrast(value(text), value(ground))).toBeGreaterThanOrEqual(4.5);
  });
});
