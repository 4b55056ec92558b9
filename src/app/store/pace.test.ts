import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('nothing is known before two moments', () => {
  const pace = new Pace();
  expect(pace.stepsPerSecond()).toBeNull();
  pace.mark(1, 10);
  expect(pace.stepsPerSecond()).toBeNull();
  expect(pace.secondsLeft(100)).toBeNull();
});

test('a steady race has its speed and its time left', () => {
  const pace = new Pace();
  for (let i = 0; i <= 10; i++) pace.mark(i * 0.1, i * 20);
  expect(pace.stepsPerSecond()).toBeCloseTo(200, 6);
  expect(pace.secondsLeft(400)).toBeCloseTo(1, 6);
});

test('a change of speed is followed within the window', () => {
  const pace = new Pace();
  for (let i = 0; i <= 100; i++) pace.mark(i * 0.1, i);
  for (let i = 1; i <= 40; i++) pace.mark(10 + i * 0.1, 100 + i * 10);
  expect(pace.stepsPerSecond()).toBeCloseTo(100, 6);
});

test('a pause does not count', () => {
  const pace = new Pace();
  pace.mark(0, 0);
  pace.mark(1, 100);
  pace.restart();
  pace.mark(60, 100);
  pace.mark(61, 200);
  expect(pace.stepsPerSecond()).toBeCloseTo(100, 6);
});

test('time left is never negative', () => {
  const pace = new Pace();
  pace.mark(0, 0);
  pace.mark(1, 100);
  expect(pace.secondsLeft(50)).toBe(0);
});
