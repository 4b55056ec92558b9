import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROBLEMS } from '../../workloads/logistic/problems.ts';
import { workloads } from '../../workloads/registry.ts';
import { fillWorkloads, workloadSections } from './workloads.ts';

const page = readFileSync(new URL('../../../docs/workloads.md', import.meta.url), 'utf8');

describe('docs/workloads.md', () => {
  it('is what npm run docs:workloads writes', () => {
    expect(fillWorkloads(page)).toBe(page);
  });

  it('has every workload in its tables, results for each of its sets of data', () => {
    const { overview, sizes, targets = '' } = workloadSections();
    const rows = targets.split('\n').map((line) => line.split(' | ').map((cell) => cell.replace(/^\| /, '')));
    for (const { id, label } of workloads) {
      expect(overview).toContain(`| ${label} | \`${id}\` |`);
      expect(sizes).toContain(`| ${label} |`);
      expect(rows.some(([name = '', variant]) => (name === label || name.startsWith(`${label}: `)) && variant === 'base')).toBe(true);
    }
    expect(rows.filter(([name]) => name?.startsWith('Logistic regression: '))).toHaveLength(PROBLEMS.length);
  });
});
