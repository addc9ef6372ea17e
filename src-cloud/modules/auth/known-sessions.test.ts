import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { ChangeNotices } from '../../database/change-notices.ts';
import type { Committed } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { KnownSessions } from './known-sessions.ts';

const scope: Scope = { companyId: 'one', employeeId: 'lin', role: 'agent', departmentId: null };
const claims = { companyId: 'one', employeeId: 'lin', familyId: 'desk' };
const ended = (companyId: string, sessionsEnded = true): Committed => ({
  ...{ companyId, sessionsEnded, seq: null, owners: null, later: false, knownTo: null },
});

function setUp() {
  const notices = { committed: new Emitter<Committed>(), missed: new Emitter<void>(), isListening: true };
  const clock = new ManualClock();
  const known = new KnownSessions(clock, notices as unknown as ChangeNotices);
  let looks = 0;
  const ask = async (find: () => Promise<Scope> = async () => scope): Promise<number> => {
    await known.of(claims, () => ((looks += 1), find())).catch(() => undefined);
    return looks;
  };
  return { notices, clock, ask };
}

describe('a session that was found', () => {
  it('is not looked for again within a minute', async () => {
    const { clock, ask } = setUp();
    expect([await ask(), await ask()]).toEqual([1, 1]);
    clock.advance(59_999);
    expect(await ask()).toBe(1);
    clock.advance(1);
    expect(await ask()).toBe(2);
  });

  it('is looked for again when sessions of its company end, and of no other', async () => {
    const { notices, ask } = setUp();
    await ask();
    notices.committed.emit(ended('another'));
    notices.committed.emit(ended('one', false));
    expect(await ask()).toBe(1);
    notices.committed.emit(ended('one'));
    expect(await ask()).toBe(2);
  });

  it('is not kept where its company says so while it is being looked for', async () => {
    const { notices, ask } = setUp();
    await ask(async () => {
      notices.committed.emit(ended('one'));
      return scope;
    });
    expect(await ask()).toBe(2);
  });

  it('is looked for with every request by a process that hears nothing of the others', async () => {
    const { notices, ask } = setUp();
    await ask();
    notices.isListening = false;
    expect([await ask(), await ask()]).toEqual([2, 3]);
    // Hears again, and does not know what it has missed.
    notices.isListening = true;
    notices.missed.emit();
    expect([await ask(), await ask()]).toEqual([4, 4]);
  });

  it('is not known when it does not stand', async () => {
    const { ask } = setUp();
    expect([await ask(() => Promise.reject(new AppError('auth.expired'))), await ask()]).toEqual([1, 2]);
  });
});
