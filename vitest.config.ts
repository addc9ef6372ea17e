import { defineConfig } from 'vitest/config';

/** Sound and the moments of a call are measured in these: nothing else may run beside them. */
const timed = 'tests/e2e/{call-sound,five-minutes,headset,usb-audio}.test.ts';
const browser = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          // Said outright: on two cores Vitest would take one worker, and put the whole group last.
          maxWorkers: '100%',
          include: ['src-*/**/*.test.ts', 'tests/{architecture,contract}/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          // After the others: these run real servers, ports and processes, and time matters to them.
          sequence: { groupOrder: 1 },
          include: ['tests/{integration,faults}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          ...browser,
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: ['tests/e2e/**/*.test.ts'],
          exclude: [timed],
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          ...browser,
          name: 'e2e-timed',
          sequence: { groupOrder: 3 },
          include: [timed],
          fileParallelism: false,
        },
      },
    ],
  },
});
