import type { Point } from './graph.ts';

export const plus = (a: Point, b: Point): Point => ({ x: a.x + b.x, y: a.y + b.y });
export const minus = (a: Point, b: Point): Point => ({ x: a.x - b.x, y: a.y - b.y });
export const times = (a: Point, factor: number): Point => ({ x: a.x * factor, y: a.y * factor });
export const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
export const angleOf = (a: Point): number => Math.atan2(a.y, a.x);
export const pointAt = (angle: number, radius = 1): Point => ({ x: radius * Math.cos(angle), y: radius * Math.sin(angle) });

/** Radians, anticlockwise. */
export function rotated({ x, y }: Point, angle: number): Point {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { x: x * cos - y * sin, y: x * sin + y * cos };
}

export const middle = (points: readonly Point[]): Point =>
  times(
    points.reduce((sum, point) => plus(sum, point), { x: 0, y: 0 }),
    1 / Math.max(1, points.length),
  );

/** The mirror image of a point in the line through `a` and `b`. */
export function mirrored(point: Point, a: Point, b: Point): Point {
  const along = minus(b, a);
  const from = minus(point, a);
  const share = (from.x * along.x + from.y * along.y) / (along.x ** 2 + along.y ** 2 || 1);
  const foot = plus(a, times(along, share));
  return minus(times(foot, 2), point);
}
