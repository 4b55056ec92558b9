import { describe, expect, it } from 'vitest';
import { RaceControl } from './control.ts';

/** Whether a promise is still waiting once everything else has had its turn. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const sentinel = {};
  await new Promise((resolve) => setTimeout(resolve, 0));
  return (await Promise.race([promise, Promise.resolve(sentinel)])) === sentinel;
}

describe('race control', () => {
  it('lets a running race run and holds a paused one until it is resumed', async () => {
    const control = new RaceControl(false);
    expect(await control.permission()).toBe('run');
    control.pause();
    const permission = control.permission();
    expect(await isPending(permission)).toBe(true);
    control.resume();
    expect(await permission).toBe('run');
  });

  it('grants exactly one step per single step', async () => {
    const control = new RaceControl(true);
    control.single();
    control.single();
    expect(await control.permission()).toBe('single');
    expect(await control.permission()).toBe('single');
    expect(await isPending(control.permission())).toBe(true);
  });

  it('pauses a running race that is asked for a single step', async () => {
    const control = new RaceControl(false);
    control.single();
    expect(control.isPaused).toBe(true);
    expect(await control.permission()).toBe('single');
  });

  it('stops for good, also while paused', async () => {
    const control = new RaceControl(true);
    const permission = control.permission();
    control.stop();
    expect(await permission).toBe('stop');
    control.resume();
    control.single();
    expect(await control.permission()).toBe('stop');
  });
});
