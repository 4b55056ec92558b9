#!/usr/bin/env node
/** `npm start`: installs what is missing, builds, serves the build on 127.0.0.1 and prints the address. PORT names another port. */
import { join } from 'node:path';
import { installPackages, root, run } from './install.mjs';
import { DEFAULT_PORT, serve } from './serve.mjs';

try {
  const port = process.env.PORT === undefined ? DEFAULT_PORT : Number(process.env.PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT is "${process.env.PORT}"; it takes a number from 0 to 65535.`);
  installPackages();
  if (!run('npm', ['run', '--silent', 'build'])) throw new Error('The build failed. Its messages above say why.');
  const { url } = await serve(join(root, 'dist'), { port, fallback: process.env.PORT === undefined });
  console.log(`\nFreestep runs at ${url}\nPress Ctrl+C to stop.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
