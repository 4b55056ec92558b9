/** A chart's place in the queue. */
export interface ScheduledDraw {
  /** Asks for one draw soon; asking again before it happens changes nothing. An urgent draw does not wait for the resting time. */
  invalidate(isUrgent?: boolean): void;
  remove(): void;
}

export interface FrameSchedulerOptions {
  readonly requestFrame: (callback: () => void) => void;
  /** Milliseconds. */
  readonly now: () => number;
}

/** A draw of c ms is followed by this many times c ms without one: charts take at most a fifth of the main thread. */
const REST_PER_COST = 4;
/** A frame that comes this late (ms) says that the machine is busy; the next draw then waits as long as the frame was late. */
const LATE_MS = 34;

/**
 * Draws at most one chart per animation frame, in turn, so that no task is longer than one chart. Rests in proportion to what a draw cost
 * and when frames come late, because training shares the machine.
 */
export function createFrameScheduler({ requestFrame, now }: FrameSchedulerOptions) {
  interface Entry {
    readonly draw: () => void;
    isDirty: boolean;
    isUrgent: boolean;
  }
  const entries: Entry[] = [];
  let isRequested = false;
  let requestedAt = 0;
  let restUntil = 0;
  let turn = 0;

  function request(): void {
    if (isRequested) return;
    isRequested = true;
    requestedAt = now();
    requestFrame(onFrame);
  }

  /** The next chart in turn, urgent ones first. */
  function next(): Entry | undefined {
    const inTurn = entries.map((_, i) => entries[(turn + i) % entries.length] as Entry).filter(({ isDirty }) => isDirty);
    return inTurn.find(({ isUrgent }) => isUrgent) ?? inTurn[0];
  }

  function onFrame(): void {
    isRequested = false;
    const start = now();
    const waited = start - requestedAt;
    const entry = next();
    if (!entry) return;
    if (start >= restUntil || entry.isUrgent) {
      entry.isDirty = false;
      entry.isUrgent = false;
      turn = entries.indexOf(entry) + 1;
      entry.draw();
      const end = now();
      restUntil = end + REST_PER_COST * (end - start) + (waited > LATE_MS ? waited : 0);
    }
    if (entries.some(({ isDirty }) => isDirty)) request();
  }

  return {
    add(draw: () => void): ScheduledDraw {
      const entry: Entry = { draw, isDirty: false, isUrgent: false };
      entries.push(entry);
      return {
        invalidate(isUrgent = false) {
          entry.isDirty = true;
          entry.isUrgent ||= isUrgent;
          request();
        },
        remove() {
          const index = entries.indexOf(entry);
          if (index >= 0) entries.splice(index, 1);
        },
      };
    },
  };
}

export type FrameScheduler = ReturnType<typeof createFrameScheduler>;

/** The page's one scheduler. */
export const frameScheduler: FrameScheduler = createFrameScheduler({
  requestFrame: (callback) => requestAnimationFrame(callback),
  now: () => performance.now(),
});
