import * as v from 'valibot';
import type { DataAttribution } from './definition.ts';

/** What every `meta.json` says of its data set: what it is, by whom, and under which licence. */
export const sourceEntries = {
  title: v.string(),
  description: v.string(),
  attribution: v.string(),
  spdx: v.string(),
  /** Below public/data. */
  licenceFile: v.string(),
} as const;

type Source = { readonly [name in keyof typeof sourceEntries]: string };

export const attributionOf = ({ title, description, attribution, spdx, licenceFile }: Source): DataAttribution => ({
  title,
  description,
  attribution,
  spdx,
  licenceUrl: `data/${licenceFile}`,
});

/** A `meta.json`, checked. Throws valibot's error where it is not as the schema says. */
export function parseMeta<Schema extends v.GenericSchema>(schema: Schema, bytes: ArrayBuffer): v.InferOutput<Schema> {
  return v.parse(schema, JSON.parse(new TextDecoder().decode(bytes)));
}
