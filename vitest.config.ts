import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
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
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
