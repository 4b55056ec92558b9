import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { optimizers } from '../../optimizers/registry.ts';
import { fillSections } from './fill-sections.ts';
import { fillMethods, methodSections } from './methods.ts';

const page = readFileSync(new URL('../../../docs/optimizers.md', import.meta.url), 'utf8');

describe('docs/optimizers.md', () => {
  it('is what npm run docs:optimizers writes', () => {
    expect(fillMethods(page)).toBe(page);
  });

  it('has every method in its tables', () => {
    const { sources, costs, presets } = methodSections();
    for (const { id, label } of optimizers) {
      expect(sources).toContain(`| ${label} | \`${id}\` |`);
      expect(costs).toContain(`| ${label} |`);
      expect(presets).toContain(`| ${label} | Paper defaults`);
    }
  });

  it('lists the files that a method was added with, where it asks for them', () => {
    const empty = Object.keys(methodSections())
      .map((name) => `<!-- ${name} --><!-- /${name} -->`)
      .join('\n');
    const filled = fillMethods(`${empty}\n<!-- added: sgd -->\n<!-- /added: sgd -->`);
    expect(filled).toContain('| `src/optimizers/sgd/sgd.wgsl` | +');
    expect(filled).not.toMatch(/\| {2}\|/);
  });
});

it('a page without a marker is refused', () => {
  expect(() => fillSections('<!-- a --><!-- /a -->', { a: 'x', b: 'y' })).toThrow('<!-- b -->');
});
