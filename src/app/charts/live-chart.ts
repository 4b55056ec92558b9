import { flushSync } from 'react-dom';
import { raceStore } from '../store/store.ts';
import { formatInteger, formatNumber } from '../ui/format.ts';
import type { PaintTargets } from './ChartAxes.tsx';
import type { ChartTableData } from './ChartTable.tsx';
import type { ChartId } from './chart-data.ts';
import { type ChartFrame, type ChartMoment, computeChart, mergeFrames } from './chart-frame.ts';
import { crosshair } from './crosshair.ts';
import { frameScheduler, type ScheduledDraw } from './frame-scheduler.ts';
import { secondsAt } from './geometry.ts';
import { createPainter, type Painter } from './painter.ts';
import { columnLabel, legendEntries, readoutValue, tableSteps } from './readout.ts';
import { layoutScene } from './scene.ts';

const TABLE_ROWS = 26;
/** A table that changed with every frame could not be read. */
const TABLE_PERIOD_MS = 1000;

/** What the chart tells React; called rarely. */
export interface LiveChartHost {
  readonly setFrame: (frame: ChartFrame | null) => void;
  readonly setTable: (table: ChartTableData) => void;
}

/** One chart outside React: draws when the scheduler says so, follows the crosshair, and owns the elements that change often. */
export class LiveChart {
  readonly #id: ChartId;
  readonly #host: LiveChartHost;
  readonly #draw: ScheduledDraw;
  readonly #release: readonly (() => void)[];
  #size = { width: 0, height: 0 };
  #frame: ChartFrame | null = null;
  #moment: ChartMoment | null = null;
  #painter: Painter | null = null;
  #overlay: SVGSVGElement | null = null;
  #announcer: HTMLElement | null = null;
  #isTable = false;
  #tableAt = Number.NEGATIVE_INFINITY;
  readonly #values = new Map<string, HTMLElement>();

  constructor(id: ChartId, host: LiveChartHost) {
    this.#id = id;
    this.#host = host;
    this.#draw = frameScheduler.add(() => this.#onDraw());
    this.#release = [
      () => this.#draw.remove(),
      crosshair.subscribe(() => this.#point()),
      raceStore.subscribe((state, before) => {
        const isLook =
          state.view !== before.view ||
          state.shared !== before.shared ||
          state.config !== before.config ||
          state.samples !== before.samples;
        if (isLook) this.#tableAt = Number.NEGATIVE_INFINITY;
        if (isLook || state.version !== before.version) this.#draw.invalidate(isLook);
      }),
    ];
    this.#draw.invalidate(true);
  }

  dispose(): void {
    for (const release of this.#release) release();
  }

  resize(width: number, height: number): void {
    this.#size = { width, height };
    this.#draw.invalidate(true);
  }

  /** New groups to paint into, or null when the axes are gone. */
  readonly setTargets = (targets: PaintTargets | null): void => {
    this.#painter = targets && createPainter(targets.clipped, targets.free);
    this.#paint();
  };

  readonly setOverlay = (overlay: SVGSVGElement | null): void => {
    this.#overlay = overlay;
    this.#point();
  };

  readonly setAnnouncer = (announcer: HTMLElement | null): void => {
    this.#announcer = announcer;
  };

  readonly setValue = (id: string, element: HTMLElement | null): void => {
    if (element) this.#values.set(id, element);
    else this.#values.delete(id);
    this.#point();
  };

  showTable(isTable: boolean): void {
    this.#isTable = isTable;
    this.#tableAt = Number.NEGATIVE_INFINITY;
    this.#draw.invalidate(true);
  }

  /** @param x CSS pixels from the left edge of the drawing. */
  pointAt(x: number): void {
    const { plot, toStep } = this.#moment?.geometry ?? {};
    if (!plot || !toStep || x < plot.x - 4 || x > plot.x + plot.width + 4) crosshair.set(null);
    else crosshair.set(toStep(x));
  }

  /** Moves the crosshair by keyboard and says what is there. */
  moveBy(fraction: number | 'start' | 'end' | 'none'): void {
    const { samples } = this.#moment ?? {};
    if (!samples) return;
    const last = samples.count;
    if (fraction === 'none') crosshair.set(null);
    else if (fraction === 'start') crosshair.set(0);
    else if (fraction === 'end') crosshair.set(last);
    else {
      const step = Math.sign(fraction) * Math.max(1, Math.round(Math.abs(fraction) * samples.totalSteps));
      crosshair.set(Math.min(last, Math.max(0, (crosshair.get() ?? last) + step)));
    }
    this.#announce();
  }

  #onDraw(): void {
    if (this.#size.width === 0) return;
    const chart = computeChart(this.#id, raceStore.getState(), this.#size);
    this.#moment = chart?.moment ?? null;
    const frame = chart && mergeFrames(this.#frame, chart.frame);
    if (frame !== this.#frame) {
      this.#frame = frame;
      // In the same frame as the lines, or they would not fit the axes for one frame.
      flushSync(() => this.#host.setFrame(frame));
    }
    this.#paint();
    this.#point();
    this.#tabulate();
  }

  #paint(): void {
    if (this.#painter && this.#moment) this.#painter.paint(layoutScene(this.#moment.data, this.#moment.geometry));
  }

  /** Crosshair line and legend values. */
  #point(): void {
    if (!this.#moment) return;
    const { data, samples, geometry } = this.#moment;
    const step = crosshair.get();
    for (const { line, reference } of legendEntries(data)) {
      write(this.#values.get(line.id), formatNumber(readoutValue(line, step, samples.count)));
      if (reference) write(this.#values.get(`${line.id}:reference`), formatNumber(readoutValue(reference, step, samples.count)));
    }
    const [rule, text] = this.#overlay?.children ?? [];
    if (!this.#overlay || !rule || !text) return;
    const x = step === null ? Number.NaN : geometry.toX(step);
    this.#overlay.style.visibility = Number.isFinite(x) ? 'visible' : 'hidden';
    if (step === null || !Number.isFinite(x)) return;
    const { plot } = geometry;
    rule.setAttribute('d', `M${x} ${plot.y}V${plot.y + plot.height}`);
    const isRight = x > plot.x + plot.width - 90;
    text.setAttribute('x', String(isRight ? x - 4 : x + 4));
    text.setAttribute('y', String(plot.y + plot.height - 5));
    text.setAttribute('text-anchor', isRight ? 'end' : 'start');
    write(text, raceStore.getState().view.xAxis === 'steps' ? `step ${formatInteger(step)}` : `${secondsAt(samples, step).toFixed(2)} s`);
  }

  #announce(): void {
    const step = crosshair.get();
    if (!this.#moment || !this.#announcer) return;
    if (step === null) {
      this.#announcer.textContent = '';
      return;
    }
    const values = legendEntries(this.#moment.data)
      .filter(({ line }) => !line.isHidden)
      .flatMap(({ line, reference }) => [
        `${line.label} ${formatNumber(line.at(step))}`,
        ...(reference ? [`${reference.part} ${formatNumber(reference.at(step))}`] : []),
      ]);
    this.#announcer.textContent = `Step ${step}: ${values.join(', ')}`;
  }

  #tabulate(): void {
    const now = performance.now();
    if (!this.#isTable || !this.#moment) return;
    const isOver = raceStore.getState().status !== 'running';
    if (!isOver && now - this.#tableAt < TABLE_PERIOD_MS) return;
    this.#tableAt = now;
    const { data, samples } = this.#moment;
    const columns = legendEntries(data).flatMap(({ line, reference }) => [
      { id: line.id, label: columnLabel(line), at: line.at },
      ...(reference ? [{ id: reference.id, label: columnLabel(reference), at: reference.at }] : []),
    ]);
    this.#host.setTable({
      columns,
      rows: tableSteps(data, samples.count, TABLE_ROWS).map((step) => ({ step, values: columns.map(({ at }) => at(step)) })),
    });
  }
}

function write(element: Element | undefined, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}
