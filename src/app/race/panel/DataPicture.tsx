import { memo, useEffect, useMemo, useRef } from 'react';
import type { LoadedData, WorkloadDefinition, WorkloadOptions } from '../../../workloads/definition.ts';
import { RACER_KEYS } from '../../theme/series.ts';
import { formatInteger } from '../../ui/format.ts';
import { firstOfEachClass, type Table, tableOf, tellingFeatures } from './data-points.ts';
import { useData } from './use-data.ts';

/** One image of each class, in ink on paper; CSS turns it over in the dark. */
function Thumbnails({ table, side }: { readonly table: Table; readonly side: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const rows = useMemo(() => firstOfEachClass(table), [table]);
  const width = rows.length * (side + 1) - 1;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const picture = context.createImageData(width, side);
    rows.forEach((row, index) => {
      const image = table.x.subarray(row * table.features, (row + 1) * table.features);
      const low = Math.min(...image);
      const high = Math.max(...image);
      image.forEach((value, pixel) => {
        const column = index * (side + 1) + (pixel % side);
        const line = Math.floor(pixel / side);
        picture.data[(line * width + column) * 4 + 3] = Math.round((255 * (value - low)) / (high - low || 1));
      });
    });
    context.putImageData(picture, 0, 0);
  }, [table, rows, width, side]);
  return (
    <canvas
      ref={canvas}
      className="thumbnails"
      width={width}
      height={side}
      role="img"
      aria-label={`One training image of each of the ${rows.length} classes`}
    />
  );
}

const SCATTER = { width: 256, height: 96, points: 240, margin: 5 } as const;

/** The training rows in their two most telling features, one hue per class. */
function Scatter({ table }: { readonly table: Table }) {
  const points = useMemo(() => {
    const [a, b] = tellingFeatures(table);
    const rows = Array.from({ length: Math.min(SCATTER.points, table.rows) }, (_, i) =>
      Math.floor((i * table.rows) / Math.min(SCATTER.points, table.rows)),
    );
    const value = (row: number, feature: number) => table.x[row * table.features + feature] ?? 0;
    const place = (feature: number, extent: number) => {
      const values = rows.map((row) => value(row, feature)).sort((p, q) => p - q);
      const low = values[0] ?? 0;
      const high = values.at(-1) ?? 1;
      return (row: number) => SCATTER.margin + ((value(row, feature) - low) / (high - low || 1)) * (extent - 2 * SCATTER.margin);
    };
    const x = place(a, SCATTER.width);
    const y = place(b, SCATTER.height);
    return rows.map((row) => ({ row, cx: x(row), cy: SCATTER.height - y(row), label: table.classOf(row) }));
  }, [table]);
  return (
    <svg
      className="scatter"
      viewBox={`0 0 ${SCATTER.width} ${SCATTER.height}`}
      role="img"
      aria-label={`Training rows by the two features that tell the ${table.classes} classes apart best`}
    >
      {points.map(({ row, cx, cy, label }) => (
        <circle
          key={row}
          cx={cx.toFixed(1)}
          cy={cy.toFixed(1)}
          r={2}
          style={{ fill: `var(--series-${RACER_KEYS[(label + 1) % RACER_KEYS.length]})` }}
        />
      ))}
    </svg>
  );
}

function Picture({ data }: { readonly data: LoadedData }) {
  const table = useMemo(() => tableOf(data), [data]);
  if (!table) return null;
  return table.side === null ? <Scatter table={table} /> : <Thumbnails table={table} side={table.side} />;
}

/** SPDX identifiers as they are; licences that SPDX has no name for by their own words. */
const licenceName = (spdx: string) => spdx.replace(/LicenseRef-([\w.-]+)/g, (_, name: string) => name.replaceAll('-', ' '));

/** What the data look like, where they are from and under which licence. */
export const DataPicture = memo(function DataPicture({
  workload,
  options,
}: {
  readonly workload: WorkloadDefinition;
  readonly options: WorkloadOptions;
}) {
  const state = useData(workload, options);
  if (!state) return <div className="data-picture data-picture-empty">Loading the data's picture.</div>;
  if ('problem' in state) {
    return (
      <p className="data-picture field-problem" role="alert">
        {state.problem}
      </p>
    );
  }
  const { data } = state;
  const { title, attribution, spdx, licenceUrl } = data.attribution;
  return (
    <figure className="data-picture">
      <Picture data={data} />
      <figcaption className="field-doc">
        {title}: {formatInteger(data.trainRows)} training and {formatInteger(data.validationRows)} validation rows. {attribution}{' '}
        <a href={licenceUrl}>{licenceName(spdx)}</a>
      </figcaption>
    </figure>
  );
});
