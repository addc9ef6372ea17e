import { describe, expect, it } from 'vitest';
import { testContext } from '../testing/test-context.ts';
import { DurableWrites } from './durable-writes.ts';

function setUp() {
  const { clock, logger, logLines } = testContext();
  const done: string[] = [];
  const written: string[] = [];
  const disk = { full: false };
  const writes = new DurableWrites({ clock, logger, written: (key) => written.push(key) });
  const write = (key: string, value: string): void =>
    writes.write(key, () => {
      if (disk.full) throw new Error('full');
      done.push(value);
    });
  return { clock, logLines, done, written, disk, writes, write };
}

describe('DurableWrites', () => {
  it('writes at once and tells nobody', () => {
    const { done, written, write } = setUp();
    write('a', 'one');
    expect([done, written]).toEqual([['one'], []]);
  });

  it('tries what was refused again every second, the newest of each key, and says when it is there', () => {
    const { clock, logLines, done, written, disk, write } = setUp();
    disk.full = true;
    write('a', 'one');
    write('b', 'two');
    write('a', 'three');
    clock.advance(5000);
    expect([done, written]).toEqual([[], []]);
    disk.full = false;
    clock.advance(1000);
    expect([done, written]).toEqual([
      ['two', 'three'],
      ['b', 'a'],
    ]);
    clock.advance(5000);
    expect(done).toHaveLength(2);
    // Once for each key, however often it is refused.
    expect(logLines).toHaveLength(2);
  });

  it('forgets what was refused when a newer write of the same key succeeds', () => {
    const { clock, done, disk, write } = setUp();
    disk.full = true;
    write('a', 'old');
    disk.full = false;
    write('a', 'new');
    clock.advance(5000);
    expect(done).toEqual(['new']);
  });

  it('tries once more at the end, and never afterwards', () => {
    const { clock, done, disk, writes, write } = setUp();
    disk.full = true;
    write('a', 'one');
    write('b', 'two');
    writes.dispose();
    disk.full = false;
    clock.advance(5000);
    expect(done).toEqual([]);
  });
});
