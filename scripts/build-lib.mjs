#!/usr/bin/env node
/** `npm run build:lib [folder]`: builds the library for TensorFlow.js, ready for `npm pack`, into dist-lib or another folder. */
import { resolve } from 'node:path';
import { buildLibrary } from './lib/build.mjs';

const outDir = resolve(process.argv[2] ?? 'dist-lib');
await buildLibrary(outDir);
console.log(`Built the library in ${outDir}.`);
