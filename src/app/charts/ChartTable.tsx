import { memo } from 'react';
import { formatInteger, formatNumber } from '../ui/format.ts';

export interface ChartTableData {
  readonly columns: readonly { readonly id: string; readonly label: string }[];
  readonly rows: readonly { readonly step: number; readonly values: readonly (number | null)[] }[];
}

/** A chart's numbers at evenly spread steps, for those who cannot or do not want to read the picture. */
export const ChartTable = memo(function ChartTable({
  caption,
  height,
  data,
}: {
  readonly caption: string;
  readonly height: number;
  readonly data: ChartTableData;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard (WCAG 2.1.1)
    <div className="chart-table" style={{ height }} tabIndex={0}>
      <table>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Step</th>
            {data.columns.map(({ id, label }) => (
              <th key={id} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.rows.map(({ step, values }) => (
            <tr key={step}>
              <th scope="row">{formatInteger(step)}</th>
              {data.columns.map(({ id }, column) => (
                <td key={id}>{formatNumber(values[column])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
});
