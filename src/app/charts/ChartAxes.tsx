import { memo, useCallback, useId, useMemo } from 'react';
import { CartesianGrid, LineChart, ReferenceLine, usePlotArea, XAxis, YAxis } from 'recharts';
import { type Domain, type Scale, tickLabels, ticks } from './axes.ts';
import type { ChartRule } from './chart-data.ts';
import { AXIS_HEIGHT, AXIS_WIDTH, gutterWidth, TOP } from './geometry.ts';

/** The groups that lines and labels are painted into. */
export interface PaintTargets {
  readonly clipped: SVGGElement;
  readonly free: SVGGElement;
}

interface ChartAxesProps {
  readonly width: number;
  readonly height: number;
  readonly xDomain: Domain;
  readonly yDomain: Domain;
  readonly xScale: Scale;
  readonly yScale: Scale;
  readonly xUnit: string;
  readonly rules: readonly ChartRule[];
  readonly onTargets: (targets: PaintTargets | null) => void;
}

/** Labels by plain SVG text: recharts' own measures every label in the DOM, a third of the cost of new axes. */
interface TickProps {
  readonly x: number | string;
  readonly y: number | string;
  readonly index: number;
}

const xTick =
  (labels: readonly string[]) =>
  ({ x, y, index }: TickProps) => (
    <text x={x} y={Number(y) + 8} textAnchor="middle" fontSize={11} fill="var(--ink-soft)">
      {labels[index]}
    </text>
  );

const yTick =
  (labels: readonly string[]) =>
  ({ x, y, index }: TickProps) => (
    <text x={x} y={y} dy="0.35em" textAnchor="end" fontSize={11} fill="var(--ink-soft)">
      {labels[index]}
    </text>
  );

const AXIS_LINE = { stroke: 'var(--rule-strong)' };
const RULE_STYLES = {
  target: { stroke: 'var(--target)', strokeDasharray: '6 4' },
  truth: { stroke: 'var(--ink)', strokeDasharray: 'none' },
} as const satisfies Record<ChartRule['kind'], object>;

/** Lines are painted, not rendered by recharts, which still wants data before it draws axes. */
const NO_LINES = [{ x: 1, y: 1 }];

/** Pixels between ticks below which labels would touch. */
const X_TICK_PIXELS = 56;
const Y_TICK_PIXELS = 36;

/** Where the painter works: recharts knows the plot area, the painter draws inside it. */
function PaintLayer({ onTargets, xUnit }: Pick<ChartAxesProps, 'onTargets' | 'xUnit'>) {
  const area = usePlotArea();
  const clipId = useId();
  // Stable, or every new domain would hand out the groups anew.
  const attach = useCallback(
    (group: SVGGElement | null) => {
      const [clipped, free] = group?.children ?? [];
      onTargets(clipped instanceof SVGGElement && free instanceof SVGGElement ? { clipped, free } : null);
    },
    [onTargets],
  );
  if (!area) return null;
  return (
    <>
      <clipPath id={clipId}>
        <rect x={area.x} y={area.y - 2} width={area.width + 2} height={area.height + 4} />
      </clipPath>
      <text x={area.x + area.width + 20} y={area.y + area.height + 16} fontSize={11} fill="var(--ink-soft)">
        {xUnit}
      </text>
      <g ref={attach}>
        <g clipPath={`url(#${clipId})`} />
        <g />
      </g>
    </>
  );
}

/** What recharts is told of one axis; the same objects as long as nothing about the axis changes, because it compares by identity. */
function useAxis(domain: Domain, scale: Scale, tickCount: number, tick: typeof xTick) {
  return useMemo(() => {
    const positions = ticks(domain, scale, tickCount);
    return { scale, domain: [...domain], ticks: [...positions], tick: tick(tickLabels(positions, scale)) };
  }, [domain, scale, tickCount, tick]);
}

/** Axes, grid and rules of one chart. Re-renders only when a domain, a rule or the size changes. */
export const ChartAxes = memo(function ChartAxes(props: ChartAxesProps) {
  const { width, height, xDomain, yDomain, xScale, yScale, xUnit, rules, onTargets } = props;
  const gutter = gutterWidth(width);
  const xAxis = useAxis(xDomain, xScale, Math.max(2, Math.floor((width - AXIS_WIDTH - gutter) / X_TICK_PIXELS)), xTick);
  const yAxis = useAxis(yDomain, yScale, Math.max(2, Math.floor((height - TOP - AXIS_HEIGHT) / Y_TICK_PIXELS)), yTick);
  const margin = useMemo(() => ({ top: TOP, right: gutter, bottom: 0, left: 0 }), [gutter]);
  return (
    <LineChart width={width} height={height} data={NO_LINES} margin={margin} accessibilityLayer={false}>
      <CartesianGrid stroke="var(--grid)" vertical={false} />
      <XAxis
        dataKey="x"
        type="number"
        {...xAxis}
        tickSize={4}
        axisLine={AXIS_LINE}
        tickLine={AXIS_LINE}
        height={AXIS_HEIGHT}
        interval={0}
        allowDataOverflow
      />
      <YAxis
        dataKey="y"
        type="number"
        {...yAxis}
        tickSize={4}
        axisLine={AXIS_LINE}
        tickLine={AXIS_LINE}
        width={AXIS_WIDTH}
        interval={0}
        allowDataOverflow
      />
      {rules.map(({ id, value, text, kind }, index) => (
        <ReferenceLine
          key={id}
          y={value}
          {...RULE_STYLES[kind]}
          label={{
            value: text,
            position: index % 2 === 0 ? 'insideBottomLeft' : 'insideTopLeft',
            fontSize: 11,
            fill: RULE_STYLES[kind].stroke,
            stroke: 'var(--ground)',
            strokeWidth: 3,
            paintOrder: 'stroke',
          }}
        />
      ))}
      <PaintLayer onTargets={onTargets} xUnit={xUnit} />
    </LineChart>
  );
});
