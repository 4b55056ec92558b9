import * as v from 'valibot';
import { DataMissingError } from './data-errors.ts';
import type { FetchFile, WorkloadDefinition } from './definition.ts';
import { defaultOptions } from './options.ts';
import { isIntact } from './verify.ts';

const INDEX_PATH = 'index.json';

const IndexSchema = v.object({
  format: v.literal(1),
  sets: v.array(
    v.object({
      name: v.string(),
      folder: v.string(),
      title: v.string(),
      spdx: v.string(),
      licenceFile: v.string(),
      attribution: v.string(),
    }),
  ),
  files: v.array(v.object({ path: v.string(), bytes: v.number(), sha256: v.string(), spdx: v.string(), attribution: v.string() })),
});

/** Every file below public/data with its checksum, licence and attribution. Written by scripts/data-index.mjs. */
export type DataIndex = v.InferOutput<typeof IndexSchema>;

/** A folder that a publisher may delete as a whole, and the file in it whose absence shows that. */
const REMOVABLE = { folder: 'gpl/', witness: 'gpl/README.md' } as const;

/** The index of what this copy of the site really has: entries of the removable folder are left out when it is gone. */
export async function loadDataIndex(fetchFile: FetchFile): Promise<DataIndex> {
  const index = v.parse(IndexSchema, JSON.parse(new TextDecoder().decode(await fetchFile(INDEX_PATH))));
  const witness = index.files.find(({ path }) => path === REMOVABLE.witness);
  const isPresent = witness !== undefined && (await hasFile(witness, fetchFile));
  if (isPresent) return index;
  return {
    ...index,
    sets: index.sets.filter(({ folder }) => !folder.startsWith(REMOVABLE.folder)),
    files: index.files.filter(({ path }) => !path.startsWith(REMOVABLE.folder)),
  };
}

async function hasFile(file: DataIndex['files'][number], fetchFile: FetchFile): Promise<boolean> {
  try {
    return isIntact(await fetchFile(file.path), file);
  } catch (error) {
    if (error instanceof DataMissingError) return false;
    throw error;
  }
}

/** Ids of a choice option (such as logistic's `problem`) whose files are all in the index, in the order of the definition. */
export function availableChoices(workload: WorkloadDefinition, optionName: string, index: DataIndex): readonly string[] {
  const spec = workload.options[optionName];
  if (spec?.kind !== 'choice') return [];
  const present = new Set(index.files.map(({ path }) => path));
  return spec.choices
    .map(({ id }) => id)
    .filter((id) => workload.files({ ...defaultOptions(workload), [optionName]: id }).every(({ path }) => present.has(path)));
}
