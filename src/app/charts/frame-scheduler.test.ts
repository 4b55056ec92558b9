import { describe, expect, it } from 'vitest';
import { createFrameScheduler } from './frame-scheduler.ts';

function clock() {
  let time = 0;
  let queue: (() => void)[] = [];
  return {
    now: () => time,
    requestFrame: (callback: () => void) => void queue.push(callback),
    spend: (ms: number) => {
      time += ms;
    },
    /** Runs the waiting frame callbacks `ms` later. */
    frame(ms = 16) {
      time += ms;
      const due = queue;
      queue = [];
      for (const callback of due) callback();
    },
    isWaiting: () => queue.length > 0,
  };
}

describe('frame scheduler', () => {
  it('draws one chart per frame, in turn', () => {
    const time = clock();
    const scheduler = createFrameScheduler(time);
    const drawn: string[] = [];
    const charts = ['a', 'b', 'c'].map((name) => scheduler.add(() => drawn.push(name)));
    for (const chart of charts) chart.invalidate();
    time.frame();
    expect(drawn).toEqual(['a']);
    charts[0]?.invalidate();
    for (let i = 0; i < 5; i++) time.frame();
    expect(drawn).toEqual(['a', 'b', 'c', 'a']);
  });

  it('asks for no frame when nothing has changed', () => {
    const time = clock();
    const chart = createFrameScheduler(time).add(() => undefined);
    chart.invalidate();
    chart.invalidate();
    time.frame();
    expect(time.isWaiting()).toBe(false);
  });

  it('rests four times as long as a draw took', () => {
    const time = clock();
    const scheduler = createFrameScheduler(time);
    let drawn = 0;
    const chart = scheduler.add(() => {
      drawn++;
      time.spend(20);
      if (drawn === 1) chart.invalidate();
    });
    chart.invalidate();
    time.frame();
    for (let i = 0; i < 4; i++) time.frame();
    expect(drawn).toBe(1);
    time.frame();
    expect(drawn).toBe(2);
  });

  it('does not let an urgent draw wait', () => {
    const time = clock();
    const scheduler = createFrameScheduler(time);
    const drawn: string[] = [];
    const slow = scheduler.add(() => {
      drawn.push('slow');
      time.spend(100);
    });
    const toggled = scheduler.add(() => drawn.push('toggled'));
    slow.invalidate();
    time.frame();
    slow.invalidate();
    toggled.invalidate(true);
    time.frame();
    expect(drawn).toEqual(['slow', 'toggled']);
  });

  it('waits longer when frames come late', () => {
    const time = clock();
    const scheduler = createFrameScheduler(time);
    let drawn = 0;
    const chart = scheduler.add(() => {
      drawn++;
      chart.invalidate();
    });
    chart.invalidate();
    time.frame(200);
    expect(drawn).toBe(1);
    for (let i = 0; i < 12; i++) time.frame();
    expect(drawn).toBe(1);
    time.frame();
    expect(drawn).toBe(2);
  });

  it('forgets a removed chart', () => {
    const time = clock();
    let drawn = 0;
    const chart = createFrameScheduler(time).add(() => drawn++);
    chart.invalidate();
    chart.remove();
    time.frame();
    expect(drawn).toBe(0);
  });
});
