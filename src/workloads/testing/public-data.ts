// biome-ignore lint/correctness/noNodejsModules: for tests, which run in Node
import { existsSync } from 'node:fs';
import { fetchFromDisk } from '../fetch-from-disk.ts';
import { PROBLEMS } from '../logistic/problems.ts';

/** The repository's own data folder; tests run with the repository as working directory. */
export const DATA_ROOT = 'public/data';
export const fetchPublic = fetchFromDisk(DATA_ROOT);

/** The logistic problems whose data are there: all, unless public/data/gpl was removed. */
export const PRESENT_PROBLEMS = PROBLEMS.filter(({ folder }) => existsSync(`${DATA_ROOT}/${folder}`));
