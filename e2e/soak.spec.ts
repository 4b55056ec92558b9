import { expect, TINY, test } from './fixtures.ts';

const RACES = 30;
/** Caches, the history's list and lazily loaded parts have settled by then. */
const SETTLED = 10;

test.skip(process.env.FULL !== '1', 'one of the long tests: npm run test:full');

test(`${RACES} races in one page leave nothing behind`, async ({ race, page }) => {
  test.setTimeout(600_000);
  const session = await page.context().newCDPSession(page);
  const held = async () => {
    await session.send('HeapProfiler.collectGarbage');
    const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return { nodes, jsEventListeners, heapBytes: usedSize };
  };
  await race.open(`${TINY}&backend=wasm`);
  let settled = await held();
  for (let count = 1; count <= RACES; count++) {
    await race.finishRace();
    await race.button('Reset').click();
    await race.expectState('idle');
    if (count === SETTLED) settled = await held();
  }
  const after = await held();
  // A tick more or less on an axis is a few nodes and listeners; a chart or a race that stayed would be hundreds.
  expect(after.nodes).toBeLessThan(settled.nodes + 200);
  expect(after.jsEventListeners).toBeLessThan(settled.jsEventListeners + 20);
  // 20 races that stayed in memory would be 20 times their samples and evaluations; compiled code may still grow a little.
  expect(after.heapBytes).toBeLessThan(settled.heapBytes + 1_500_000);
});
