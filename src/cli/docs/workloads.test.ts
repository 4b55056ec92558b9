import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { workloads } from '../../workloads/registry.ts';
import { fillWorkloads, workloadSections } from './workloads.ts';

const page = readFileSync(new URL('../../../docs/workloads.md', import.meta.url), 'utf8');

describe('docs/workloads.md', () => {
  it('is what npm run docs:workloads writes', () => {
    expect(fillWorkloads(page)).toBe(page);
  });

  it('has every workload in its tables', () => {
    const { overview, sizes, targets } = workloadSections();
    for (const { id, label } of workloads) {
      expect(overview).toContain(`| ${label} | \`${id}\` |`);
      expect(sizes).toContain(`| ${label} |`);
      expect(targets).toContain(`| ${label} | base |`);
    }
  });
});
