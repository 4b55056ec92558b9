import { fetchFromDisk } from '../fetch-from-disk.ts';

/** The repository's own data folder; tests run with the repository as working directory. */
export const DATA_ROOT = 'public/data';
export const fetchPublic = fetchFromDisk(DATA_ROOT);
