/**
 * Writes what is derived from the files below public/data:
 *   public/data/index.json               every file with its size, checksum, licence and attribution
 *   src/workloads/<folder>/files.json    what a workload, or several of one data set, must know before anything is fetched
 *   src/workloads/logistic/problems.json what the page must know of each logistic problem before anything is fetched
 * Run it after adding, changing or removing data: node scripts/data-index.mjs
 * Problems whose folder is absent keep their entry in problems.json: which ones can be chosen is decided at run time.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const data = `${root}public/data/`;
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Files that belong to no single set. */
const SHARED = {
  'gpl/README.md': { spdx: 'GPL-2.0-or-later', attribution: 'Freestep contributors: terms and sources of the data in this folder.' },
  'gpl/LICENCE.txt': {
    spdx: 'GPL-2.0-only',
    attribution: 'Licence text, copyright Free Software Foundation, Inc.; verbatim copies permitted.',
  },
  'gpl/LICENCE-LGPL.txt': {
    spdx: 'LGPL-2.1-or-later',
    attribution: 'Licence text, copyright Free Software Foundation, Inc.; verbatim copies permitted.',
  },
  'gpl/source/': { spdx: 'GPL-2.0-or-later', attribution: 'Freestep contributors: conversion scripts of the data in this folder.' },
};

function list(folder) {
  return readdirSync(data + folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? list(`${folder}${entry.name}/`) : [folder + entry.name]));
}

function facts(path) {
  const bytes = readFileSync(data + path);
  return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function licenceOf(path) {
  const shared = Object.keys(SHARED).find((key) => (key.endsWith('/') ? path.startsWith(key) : path === key));
  if (shared) return SHARED[shared];
  const meta = `${data}${path.slice(0, path.lastIndexOf('/') + 1)}meta.json`;
  if (!existsSync(meta)) throw new Error(`public/data/${path} belongs to no data set: put a meta.json with spdx and attribution beside it`);
  const { spdx, attribution, licenceFile } = readJson(meta);
  if (!spdx || !attribution || !existsSync(data + licenceFile))
    throw new Error(`${meta} lacks spdx, attribution or an existing licenceFile`);
  return { spdx, attribution };
}

const paths = list('').filter((path) => path !== 'index.json');
const setsFound = paths.filter((path) => path.endsWith('/meta.json'));
const index = {
  format: 1,
  sets: setsFound.map((path) => {
    const { name, title, spdx, licenceFile, attribution } = readJson(data + path);
    return { name, folder: path.slice(0, path.lastIndexOf('/')), title, spdx, licenceFile, attribution };
  }),
  files: paths.map((path) => ({ ...facts(path), ...licenceOf(path) })),
};
writeFileSync(`${data}index.json`, `${JSON.stringify(index, null, 1)}\n`);

/** A set's files in the order in which they are fetched. */
function setFacts(folder) {
  const meta = readJson(`${data}${folder}/meta.json`);
  return {
    folder,
    trainRows: meta.n_train,
    validationRows: meta.n_validation,
    ...(meta.classes === undefined ? {} : { classes: meta.classes }),
    // meta.json first, then the arrays in its order.
    files: ['meta.json', ...Object.values(meta.files).map(({ file }) => file)].map((file) => facts(`${folder}/${file}`)),
  };
}

const write = (path, value) => writeFileSync(`${root}${path}`, `${JSON.stringify(value, null, 2)}\n`);
/** Folders below src/workloads and the data set of each. One that was removed keeps its facts: whether it can be chosen is decided at run time. */
const SETS = {
  digits: 'digits',
  fashion: 'fashion',
  clicks: 'clicks',
  mri: 'mri',
  molecules: 'molecules',
  speech: 'speech',
  charLm: 'austen',
  translate: 'gpl/en-de',
};
for (const [workload, folder] of Object.entries(SETS)) {
  if (existsSync(`${data}${folder}/meta.json`)) write(`src/workloads/${workload}/files.json`, setFacts(folder));
}

/** The D-Adaptation paper's own problems first, then their neighbours. */
const ORDER = [
  'iris',
  'wine',
  'glass',
  'vehicle',
  'vowel',
  'dna',
  'letter',
  'optdigits',
  'handdigits',
  'fashion7',
  'satimage',
  'shuttle',
  'segment',
  'breastcancer',
  'sonar',
  'ionosphere',
];
const table = 'src/workloads/logistic/problems.json';
const known = existsSync(root + table) ? readJson(root + table) : [];
write(
  table,
  ORDER.map((id) => {
    const folder = ['logistic', 'gpl/logistic'].map((parent) => `${parent}/${id}`).find((path) => existsSync(`${data}${path}/meta.json`));
    if (!folder) {
      const entry = known.find((problem) => problem.id === id);
      if (!entry) throw new Error(`Problem ${id} is neither below public/data nor in ${table}`);
      return entry;
    }
    const meta = readJson(`${data}${folder}/meta.json`);
    return {
      id,
      title: meta.title,
      isPaper: meta.paper,
      near: meta.near || null,
      features: meta.d,
      ...setFacts(folder),
      // Multinomial logistic regression, L2 with C = 1 (scikit-learn), standardised features.
      yardstick: { validationCrossEntropy: meta.baseline.validation_cross_entropy, validationAccuracy: meta.baseline.validation_accuracy },
    };
  }),
);
console.log(`${index.files.length} files in ${index.sets.length} sets`);
