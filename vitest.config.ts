import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { launchOptions } from './scripts/chromium.mjs';

const isFull = process.env.FULL === '1';

export default defineConfig({
  plugins: [react()],
  test: {
    // Two shared cores: more workers only make each other time out.
    maxWorkers: 2,
    // Random programs per test of the compiler, and whether to be thorough elsewhere.
    provide: { programs: isFull ? 5000 : 300, isFull },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
          exclude: ['**/*.gpu.test.ts'],
          setupFiles: ['scripts/vitest/property-runs.ts'],
          testTimeout: isFull ? 1_200_000 : 60_000,
        },
      },
      {
        extends: true,
        // Found up front: a dependency that vite discovers in mid-run reloads the page under the tests.
        optimizeDeps: {
          include: [
            '@tensorflow/tfjs',
            '@tensorflow/tfjs-core',
            '@tensorflow/tfjs-core/dist/register_all_gradients.js',
            '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js',
            '@tensorflow/tfjs-backend-webgpu',
            '@tensorflow/tfjs-backend-cpu',
          ],
        },
        test: {
          name: 'gpu',
          include: ['src/**/*.gpu.test.ts'],
          setupFiles: ['scripts/vitest/require-webgpu.ts'],
          testTimeout: isFull ? 1_200_000 : 120_000,
          // One page at a time: the software adapter shares the cores with the tests.
          fileParallelism: false,
          browser: {
            enabled: true,
            provider: playwright({ launchOptions: launchOptions() }),
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
