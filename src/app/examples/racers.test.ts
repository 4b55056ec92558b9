import { describe, expect, it } from 'vitest';
import { fixtureConfig, fixtureSamples } from '../charts/fixture.ts';
import { shownRacers } from './racers.ts';

describe('the optimizers whose examples can be seen', () => {
  it('are those of the race on screen, called as in the charts, without hidden ones', () => {
    const samples = fixtureSamples(fixtureConfig());
    const hidden = samples.config.racers.map((racer) => ({ ...racer, hidden: racer.key === 'b' }));
    // An edit that the race on screen does not have yet: a racer less.
    const config = { ...samples.config, racers: hidden.slice(0, 3) };
    expect(shownRacers({ samples, config }).map(({ key, label }) => `${key} ${label}`)).toEqual([
      'a AdamW',
      'c Mechanic (AdamW)',
      'd NAdamW',
    ]);
  });

  it('are those of the edited race before there is one on screen', () => {
    const config = fixtureConfig({ optimizers: ['prodigy', 'adamw'] });
    expect(shownRacers({ samples: null, config }).map(({ key }) => key)).toEqual(['a', 'b']);
  });
});
