import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Watch } from './watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a watch', () => {
  it('looks after the first step, at most once a second, and after the last step', async () => {
    const look = vi.fn(async () => null);
    const watch = new Watch(look);
    watch.afterStep();
    await vi.advanceTimersByTimeAsync(0);
    expect(look).toHaveBeenCalledTimes(1);
    for (let ms = 0; ms < 1500; ms += 10) {
      watch.afterStep();
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(look).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(look).toHaveBeenCalledTimes(3);
    expect(vi.getTimerCount()).toBe(0);
    watch.assertSound();
  });

  it('never looks twice at a time, however long an answer takes', async () => {
    const answers: ((failure: null) => void)[] = [];
    const watch = new Watch(() => new Promise((resolve) => answers.push(resolve)));
    watch.afterStep();
    await vi.advanceTimersByTimeAsync(0);
    watch.afterStep();
    await vi.advanceTimersByTimeAsync(5000);
    expect(answers).toHaveLength(1);
    answers[0]?.(null);
    await vi.advanceTimersByTimeAsync(0);
    expect(answers).toHaveLength(2);
  });

  it('warns once, and throws from then on', async () => {
    const watch = new Watch(async () => 'It broke.');
    watch.afterStep();
    await vi.advanceTimersByTimeAsync(0);
    watch.afterStep();
    await vi.advanceTimersByTimeAsync(5000);
    expect(console.warn).toHaveBeenCalledTimes(1);
    expect(() => watch.assertSound()).toThrow('It broke.');
  });

  it('says when it could not look', async () => {
    const watch = new Watch(async () => {
      throw new Error('the device is lost');
    });
    watch.afterStep();
    await vi.advanceTimersByTimeAsync(0);
    expect(() => watch.assertSound()).toThrow('state could not be read: the device is lost');
  });

  it('ignores an answer about a state that is no longer there', async () => {
    const answers: ((failure: string) => void)[] = [];
    const watch = new Watch(() => new Promise((resolve) => answers.push(resolve)));
    watch.afterStep();
    await vi.advanceTimersByTimeAsync(0);
    watch.reset();
    answers[0]?.('It broke.');
    await vi.advanceTimersByTimeAsync(0);
    watch.assertSound();
    expect(console.warn).not.toHaveBeenCalled();
  });

  it('is silent after dispose', async () => {
    const look = vi.fn(async () => 'It broke.');
    const watch = new Watch(look);
    watch.afterStep();
    watch.dispose();
    await vi.advanceTimersByTimeAsync(5000);
    expect(look).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
