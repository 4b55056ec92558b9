import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

/** Files of reference values named by, or inside, the given paths, in order. Throws an error that names a path that does not exist or holds none. */
export function listReferenceFiles(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    if (!existsSync(path)) throw new Error(`${path}: no such file or folder.`);
    if (!statSync(path).isDirectory()) return [path];
    const files = readdirSync(path)
      .filter((file) => file.endsWith('.json'))
      .sort();
    if (files.length === 0) throw new Error(`${path}: no reference values (*.json) in this folder.`);
    return files.map((file) => join(path, file));
  });
}

/** Reads a file; errors name it and what is wrong with it. */
export function readReference<Schema extends v.GenericSchema>(path: string, schema: Schema): v.InferOutput<Schema> {
  const result = v.safeParse(schema, parseJson(path));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`${path}: ${v.getDotPath(issue) ?? 'content'}: ${issue.message}.`);
}

function parseJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path}: not readable as JSON (${error instanceof Error ? error.message : String(error)}).`);
  }
}

const FLOAT_BYTES = 4;

/**
 * Numbers that were float32 when the reference was computed: a list, perhaps in fewer digits, or, to take less room, base64 of little-endian
 * float32.
 */
export const floatsSchema = v.union(
  [
    v.pipe(
      v.array(v.number()),
      v.transform((values) => Float32Array.from(values)),
    ),
    v.pipe(
      v.string(),
      v.base64(),
      v.transform((text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0))),
      v.check((bytes) => bytes.length % FLOAT_BYTES === 0, 'not a whole number of float32'),
      v.transform((bytes) => new Float32Array(bytes.buffer)),
    ),
  ],
  'must be numbers, or base64 of float32',
);
