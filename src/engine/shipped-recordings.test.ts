import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { workloadOf } from './catalogue.ts';
import { defaultRace } from './default-config.ts';
import { decodeRecording } from './recording.ts';
import { decodeHash } from './url.ts';

const AGAIN = 'record it again with: node scripts/record-default.mjs';

/** The links of the lesson's figures, as a browser reads them. */
function lessonLinks(): readonly string[] {
  const html = readFileSync('public/lesson/index.html', 'utf8');
  return [...html.matchAll(/<iframe\s[^>]*?src="([^"]*)"/g)].map(([, link]) => (link ?? '').replaceAll('&amp;', '&'));
}

const read = (path: string) => decodeRecording(readFileSync(`public/${path}`, 'utf8')).result;

describe('the recordings that come with the page', () => {
  it('show the default race as it is now', () => {
    const { config, state, target } = read('recordings/default.json');
    expect(config, AGAIN).toEqual(defaultRace);
    expect(state).toBe('finished');
    expect(target, AGAIN).toEqual(workloadOf(config.workload.id).target(config.workload.options, config.batch));
  });

  it('show the races of the three figures of the lesson, whose links are sound', () => {
    const links = lessonLinks();
    expect(links).toHaveLength(3);
    for (const link of links) {
      const { config, view, problems } = decodeHash(link);
      expect(problems).toEqual([]);
      expect(view.embed).toBe(true);
      const recorded = read(view.recording ?? '');
      expect(recorded.config, AGAIN).toEqual(config);
      expect(recorded.target, AGAIN).toEqual(workloadOf(config.workload.id).target(config.workload.options, config.batch));
    }
  });
});
