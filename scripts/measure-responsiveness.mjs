#!/usr/bin/env node
/**
 * The longest task of the page's main thread while eight runs train, from Chromium's own trace: `node scripts/measure-responsiveness.mjs [link ...]`.
 * Loading and the first steps are left out: the trace covers 10 seconds of a running race. Wall time is what a visitor feels and what the bar is
 * about; processor time says how much of it is the page's own work on a machine that is busy with other things.
 */
import { report, withBuiltPage } from './measure/built-page.mjs';
import { EIGHT_RACERS, mainThreadTasks, TRACE_CATEGORIES } from './measure/main-thread.mjs';

const LIMIT_MS = 50;
const SECONDS = 10;
const LINKS = process.argv.length > 2 ? process.argv.slice(2) : [`${EIGHT_RACERS}&backend=wasm`, `${EIGHT_RACERS}&backend=webgpu`];

const list = (values) =>
  values
    .sort((a, b) => b - a)
    .slice(0, 8)
    .map((ms) => ms.toFixed(1))
    .join(' ');

async function measure({ browser, newPage, url }, link) {
  const page = await newPage();
  const status = page.getByRole('status');
  await page.goto(`${url}${link}`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await status.getByText('running').waitFor({ timeout: 120_000 });
  await page.waitForTimeout(2000);
  await browser.startTracing(page, { categories: TRACE_CATEGORIES });
  await page.waitForTimeout(SECONDS * 1000);
  const state = await status.textContent();
  const trace = JSON.parse((await browser.stopTracing()).toString('utf8'));
  await page.context().close();

  const tasks = mainThreadTasks(trace.traceEvents);
  const busy = tasks.reduce((sum, { wallMs }) => sum + wallMs, 0) / (SECONDS * 10);
  console.log(`${link}\n  ${state} after ${SECONDS} s; ${tasks.length} tasks, main thread busy ${busy.toFixed(0)} % of the time`);
  console.log(`  longest, wall: ${list(tasks.map(({ wallMs }) => wallMs))} ms`);
  console.log(`  longest, processor: ${list(tasks.map(({ cpuMs }) => cpuMs))} ms`);
  return report('  longest main-thread task while 8 runs train', Math.max(...tasks.map(({ wallMs }) => wallMs)), 'ms', LIMIT_MS);
}

const areMet = await withBuiltPage(async (site) => {
  const results = [];
  for (const link of LINKS) results.push(await measure(site, link));
  return results;
});
process.exitCode = areMet.every(Boolean) ? 0 : 1;
