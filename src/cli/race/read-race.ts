import { existsSync, readFileSync } from 'node:fs';
import type { BackendId, RaceConfig } from '../../engine/config.ts';
import { configFromJson, resultFromJson } from '../../engine/result-json.ts';
import { decodeHash } from '../../engine/url.ts';
import { UsageError } from './arguments.ts';

export interface GivenRace {
  readonly config: RaceConfig;
  /** The link's, if it names one. */
  readonly backend: BackendId | null;
}

/**
 * A race from a JSON file (configuration or exported result), or from a link or its fragment. Where the page ignores what it cannot use of a
 * link and says so, nobody looks here: it is an error. Throws `UsageError` or `ResultFormatError`.
 */
export function readRace(source: string): GivenRace {
  if (existsSync(source)) return { config: configOfFile(source), backend: null };
  // A link may end in .json too: the address of its recording.
  if (source.endsWith('.json') && !source.includes('=')) throw new UsageError(`There is no file ${source}.`);
  const { config, view, problems } = decodeHash(source);
  if (problems.length > 0) {
    const list = problems.map(({ key, message }) => `  ${key}: ${message}`);
    throw new UsageError(['The link has settings that cannot be used; correct them or leave them out.', ...list].join('\n'));
  }
  return { config, backend: view.backend };
}

function configOfFile(path: string): RaceConfig {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const isResult = typeof value === 'object' && value !== null && 'runs' in value;
  return isResult ? resultFromJson(value).config : configFromJson(value);
}
