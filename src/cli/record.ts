import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { encodeRecording } from '../engine/recording.ts';
import { resultFromJson } from '../engine/result-json.ts';

const USAGE = `node scripts/cli.mjs record <result.json> --out <recording.json>

Turns a race result, as the page exports it or \`npm run race\` writes it, into a recording of at most 100 kB.`;

export async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { out: { type: 'string' } } });
  const [source] = positionals;
  if (source === undefined || positionals.length > 1 || values.out === undefined) {
    console.error(USAGE);
    return 2;
  }
  const result = resultFromJson(JSON.parse(await readFile(source, 'utf8')));
  const recording = encodeRecording(result);
  await writeFile(values.out, recording);
  console.log(`${values.out}: ${result.runs.length} runs, ${result.seconds.length} steps, ${recording.length} bytes`);
  return 0;
}
