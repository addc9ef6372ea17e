import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Sound and the moments of a call are measured in these: nothing else may run beside them. */
const timed =
  'tests/integration/{phone-calls,phone-clips,phone-cut-in,phone-keys,phone-sound-loop,recording-marks,sample-line}.test.ts';
const timedInBrowser = 'tests/e2e/{call-sound,usb-audio}.test.ts';
/** A busy machine is no failure: some of these take ten seconds on a quiet one. What must be quick has a figure in bench/. */
const patient = { testTimeout: 60_000, hookTimeout: 60_000 };
/** As the window: built. From source each thread of each engine reads a few hundred modules first. */
const builtThreads = {
  alias: [{ find: /^.*\/worker-file\.ts$/, replacement: resolve('tests/support/built-worker-file.ts') }],
};
/** `npm test` has just built; whoever runs a few tests by hand has the threads as they are written. */
const threads = process.env['JINHU_BUILT_THREADS'] === '1' ? builtThreads : {};
const browser = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  globalSetup: 'tests/e2e/demo-template.ts',
};

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          sequence: { groupOrder: 0 },
          maxWorkers: '100%',
          ...patient,
          // Modules keep nothing between two files, here and below: one set for all of them takes two fifths of the processor.
          isolate: false,
          include: ['src-{shared,renderer}/**/*.test.ts'],
        },
      },
      {
        extends: true,
        resolve: threads,
        test: {
          name: 'unit',
          globalSetup: 'src-cloud/testing/cluster-template.ts',
          sequence: { groupOrder: 0 },
          // Said outright: on two cores Vitest would take one worker, and put the whole group last.
          maxWorkers: '100%',
          isolate: false,
          ...patient,
          include: ['src-*/**/*.test.ts', 'tests/{architecture,contract}/**/*.test.ts'],
          exclude: ['src-{shared,renderer}/**'],
        },
      },
      {
        extends: true,
        resolve: threads,
        test: {
          ...patient,
          name: 'integration',
          globalSetup: 'tests/faults/engine-to-kill.ts',
          // After the others: these run real servers, ports and processes.
          sequence: { groupOrder: 1 },
          include: ['tests/{integration,faults}/**/*.test.ts'],
          exclude: [timed],
          // More than there are cores: they wait for ports and phones most of the time.
          maxWorkers: 5,
        },
      },
      {
        extends: true,
        resolve: threads,
        test: {
          ...patient,
          name: 'integration-timed',
          sequence: { groupOrder: 2 },
          include: [timed],
          fileParallelism: false,
        },
      },
      {
        extends: true,
        resolve: builtThreads,
        test: {
          ...browser,
          name: 'e2e',
          isolate: false,
          sequence: { groupOrder: 3 },
          include: ['tests/e2e/**/*.test.ts'],
          exclude: [timedInBrowser],
          // More than there are cores: they wait for calls, timers and the far side most of the time.
          maxWorkers: 3,
        },
      },
      {
        extends: true,
        resolve: builtThreads,
        test: {
          ...browser,
          name: 'e2e-timed',
          sequence: { groupOrder: 4 },
          include: [timedInBrowser],
          fileParallelism: false,
        },
      },
    ],
  },
});
