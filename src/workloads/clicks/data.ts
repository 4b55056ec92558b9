import * as v from 'valibot';
import type { FetchFile, LoadedData } from '../definition.ts';
import { attributionOf, parseMeta, sourceEntries } from '../meta.ts';
import { fetchVerified } from '../verify.ts';
import set from './files.json' with { type: 'json' };

const { trainRows } = set;
/**
 * Validation rows that are evaluated, the first ones: an evaluation every fortieth of the steps then costs up to a quarter of the time.
 * On them, logistic regression on all fields with C = 0.1, as in meta.json, reaches 0.4662 nats (tested).
 */
const EVALUATED_ROWS = 1280;
export const DENSE_FIELDS = 4;
export const FIELDS = 10;

const Strings = v.array(v.string());
const MetaSchema = v.object({
  ...sourceEntries,
  class_names: Strings,
  airports: Strings,
  categorical_fields: v.pipe(v.array(v.object({ name: v.string(), vocab: v.number() })), v.length(FIELDS)),
  normalisation: v.object({
    mean: v.pipe(v.array(v.number()), v.length(DENSE_FIELDS)),
    std: v.pipe(v.array(v.number()), v.length(DENSE_FIELDS)),
  }),
});

/** Flights that are shown: the first validation rows. */
export const SHOWN_ROWS = 4;

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** What is known of a flight, from its raw fields. */
function flightInWords(dense: Float32Array, fields: Uint16Array, airports: readonly string[]): string {
  const [logDistance, timeOfDay, recentDepartures] = dense as unknown as [number, number, number];
  const [origin, destination, weekday, , quarterDay] = fields as unknown as [number, number, number, number, number];
  const minute = Math.round(1440 * timeOfDay);
  const clock = `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
  const day = `${WEEKDAYS[weekday]}, ${1 + (quarterDay >> 2)} January 2001`;
  const busy = `${Math.round(Math.expm1(recentDepartures))} departures in the hour before`;
  return `${airports[origin]} to ${airports[destination]}, ${Math.round(Math.exp(logDistance))} miles. ${day}, left at ${clock}; ${busy}.`;
}

/** A value of fewer training flights than this has no row of its own. */
const LEAST_FLIGHTS = 8;

/**
 * Where the values of each field are in one table for all fields: a row for each value that is frequent enough in the given flights, and before
 * them one row for all the others of the field.
 */
export function rowsOfFields(values: Uint16Array, vocabularies: readonly number[]): readonly Int32Array[] {
  let rows = 0;
  return vocabularies.map((vocabulary, field) => {
    const counts = new Uint32Array(vocabulary);
    for (let i = field; i < values.length; i += vocabularies.length)
      counts[values[i] as number] = (counts[values[i] as number] as number) + 1;
    const rare = rows++;
    return Int32Array.from(counts, (count) => (count < LEAST_FLIGHTS ? rare : rows++));
  });
}

/**
 * Arrays `dense` (4), standardised with the train rows' constants in float64 and rounded once; `fields` (10), rows of one embedding table for
 * all fields, see `rowsOfFields`, modulo `tableRows`; `y`, 1 for a late flight. Words `classes`, and `flights`, the shown ones.
 * Throws `DataMissingError` or `DataChecksumError`.
 */
export async function loadFlights(tableRows: number, fetchFile: FetchFile): Promise<LoadedData> {
  const [metaBytes, denseBytes, fieldBytes, labelBytes] = (await Promise.all(set.files.map((file) => fetchVerified(file, fetchFile)))) as [
    ArrayBuffer,
    ArrayBuffer,
    ArrayBuffer,
    ArrayBuffer,
  ];
  const meta = parseMeta(MetaSchema, metaBytes);
  const { mean, std } = meta.normalisation;
  const rows = trainRows + EVALUATED_ROWS;
  const dense = new Float32Array(denseBytes).subarray(0, rows * DENSE_FIELDS);
  const fields = new Uint16Array(fieldBytes).subarray(0, rows * FIELDS);
  const places = rowsOfFields(
    fields.subarray(0, trainRows * FIELDS),
    meta.categorical_fields.map(({ vocab }) => vocab),
  );
  const shown = Array.from({ length: SHOWN_ROWS }, (_, index) => trainRows + index);
  return {
    trainRows,
    validationRows: EVALUATED_ROWS,
    arrays: {
      dense: {
        values: dense.map((value, i) => (value - (mean[i % DENSE_FIELDS] as number)) / (std[i % DENSE_FIELDS] as number)),
        rowShape: [DENSE_FIELDS],
      },
      fields: {
        values: Int32Array.from(fields, (value, i) => (places[i % FIELDS]?.[value] as number) % tableRows),
        rowShape: [FIELDS],
      },
      y: { values: Float32Array.from(new Uint8Array(labelBytes).subarray(0, rows)), rowShape: [] },
    },
    words: {
      classes: meta.class_names,
      flights: shown.map((row) =>
        flightInWords(
          dense.subarray(row * DENSE_FIELDS, (row + 1) * DENSE_FIELDS),
          fields.subarray(row * FIELDS, (row + 1) * FIELDS),
          meta.airports,
        ),
      ),
    },
    attribution: attributionOf(meta),
  };
}
