import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import * as v from 'valibot';
import { type Problem, type Problems, problemsSchema } from './problems.ts';
import { type TrajectoryFile, trajectoryFileSchema } from './trajectory.ts';

/** A trajectory file with the problem it was recorded on. */
export interface GoldenFile {
  /** File name without folder and ending, e.g. 'prodigy.P1'. */
  readonly name: string;
  readonly content: TrajectoryFile;
  readonly problem: Problem;
}

const ENDINGS = ['.json', '.json.br'] as const;
/** Files of a golden folder that are not trajectories. */
const OTHER = new Set(['problems', 'index']);

/** Trajectory files named by, or inside, the given paths, in order. Throws an error that names a path that does not exist or holds none. */
export function listGoldenFiles(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    if (!existsSync(path)) throw new Error(`${path}: no such file or folder.`);
    if (!statSync(path).isDirectory()) return [path];
    const files = readdirSync(path)
      .filter((file) => endingOf(file) !== undefined && !OTHER.has(stem(file)))
      .sort();
    if (files.length === 0) throw new Error(`${path}: no trajectory files (*.json or *.json.br) in this folder.`);
    return files.map((file) => join(path, file));
  });
}

/** Reads trajectory files and the problems.json beside each; errors name the file and what is wrong with it. */
export class GoldenReader {
  private readonly problems = new Map<string, Problems>();

  read(path: string): GoldenFile {
    const content = parse(path, trajectoryFileSchema);
    const problem = this.problemsBeside(path)[content.meta.problem];
    if (!problem) throw new Error(`${path}: the problems beside it have no "${content.meta.problem}".`);
    return { name: stem(basename(path)), content, problem };
  }

  private problemsBeside(path: string): Problems {
    const folder = dirname(path);
    const known = this.problems.get(folder);
    if (known) return known;
    const file = ENDINGS.map((ending) => join(folder, `problems${ending}`)).find(existsSync);
    if (!file) throw new Error(`${path}: there is no problems.json beside it.`);
    const problems = parse(file, problemsSchema);
    this.problems.set(folder, problems);
    return problems;
  }
}

function endingOf(file: string): string | undefined {
  return ENDINGS.find((ending) => file.endsWith(ending));
}

function stem(file: string): string {
  return file.slice(0, file.length - (endingOf(file)?.length ?? 0));
}

function parse<Schema extends v.GenericSchema>(path: string, schema: Schema): v.InferOutput<Schema> {
  const result = v.safeParse(schema, parseJson(path));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`${path}: ${v.getDotPath(issue) ?? 'content'}: ${issue.message}.`);
}

function parseJson(path: string): unknown {
  try {
    const bytes = readFileSync(path);
    return JSON.parse((path.endsWith('.br') ? brotliDecompressSync(bytes) : bytes).toString('utf8'));
  } catch (error) {
    throw new Error(`${path}: not readable as JSON (${error instanceof Error ? error.message : String(error)}).`);
  }
}
