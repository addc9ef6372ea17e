import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { testContext } from '../../testing/test-context.ts';
import { OfflineSignIn } from './offline-sign-in.ts';
import type { Person } from './ports.ts';
import { createFileSecrets } from './secret-store.ts';
import { cheapHash } from './testing/session-desk.ts';

const person: Person = {
  employee: { id: '019a0000-0000-7000-8000-000000000005', name: '陈晓', account: 'chen', role: 'agent', departmentName: null },
  company: { id: '019a0000-0000-7000-8000-000000000100', name: '样例公司', sample: true },
}; // prettier-ignore
const dayMs = 24 * 60 * 60_000;
const offlineLifeMs = 7 * dayMs;
const away = new AppError('cloud.unreachable');

function desk(folder = tempFolder()) {
  const { clock } = testContext();
  /** As after a start of the desk: everything from the file. */
  const open = (): OfflineSignIn =>
    new OfflineSignIn({
      secrets: createFileSecrets(join(folder, 'secrets.json'), silentLogger),
      passwords: cheapHash,
      clock,
      logger: silentLogger,
      key: 'demo',
    });
  const told = (password: string, account = 'chen'): Promise<unknown> =>
    open().check(account, password, away).then(() => 'in', ({ code, details }: AppError) => ({ code, ...details })); // prettier-ignore
  return { clock, open, told, folder };
}

describe('signing in while the cloud is away', () => {
  it('lets in by the password that the cloud took last, whatever the case of the account', async () => {
    const { open, told, clock, folder } = desk();
    await open().remember('Chen', 'ｒｉｇｈｔ', person);
    expect(await open().check('chen', 'right', away)).toEqual({ person, until: clock.now() + offlineLifeMs });
    expect(await told('wrong')).toEqual({ code: 'auth.bad-credentials' });
    expect(await told('right', 'lin')).toEqual({ code: 'cloud.unreachable' });
    expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).not.toMatch(/right|ｒ/);
  });

  it('is over seven days after the last proof; a session that the cloud took is one', async () => {
    const { open, told, clock } = desk();
    await open().remember('chen', 'right', person);
    clock.advance(offlineLifeMs - 1);
    expect(await told('right')).toBe('in');
    await open().proven('chen', person);
    clock.advance(offlineLifeMs - 1);
    expect(await told('right')).toBe('in');
    clock.advance(1);
    expect(await told('right')).toEqual({ code: 'auth.offline-expired', days: 7 });
    expect(await told('wrong')).toEqual({ code: 'auth.bad-credentials' });
  });

  it('is over when the company says so, for everybody whom this desk remembers, as soon as one of them has heard of it', async () => {
    const { open, told, clock } = desk();
    const said = (offlineDays: number): Person => ({ ...person, company: { ...person.company, offlineDays } });
    const lin: Person = { ...person, employee: { ...person.employee, id: person.company.id, account: 'lin' } };
    await open().remember('chen', 'right', said(30));
    await open().remember('lin', 'left', { ...lin, company: said(30).company });
    clock.advance(20 * dayMs);
    expect([await told('right'), await told('left', 'lin')]).toEqual(['in', 'in']);
    // Lin's desk hears of it by a change, without a new proof.
    await open().limit(said(10).company);
    expect(await told('right')).toEqual({ code: 'auth.offline-expired', days: 10 });
    expect(await told('left', 'lin')).toEqual({ code: 'auth.offline-expired', days: 10 });
    // Not an hour behind the last proof: the days hold at once all the same.
    await open().remember('chen', 'right', said(10));
    await open().proven('chen', said(2));
    clock.advance(2 * dayMs);
    expect(await told('right')).toEqual({ code: 'auth.offline-expired', days: 2 });
    await open().proven('chen', said(3));
    expect(await open().check('chen', 'right', away)).toMatchObject({ until: clock.now() + 3 * dayMs });
  });

  it('is over after the usual days with a cloud that does not say, and within ours with one that says more', async () => {
    const { open, clock } = desk();
    const until = async (offlineDays?: number): Promise<number> => {
      const company = offlineDays === undefined ? person.company : { ...person.company, offlineDays };
      await open().remember('chen', 'right', { ...person, company });
      return ((await open().check('chen', 'right', away)).until - clock.now()) / dayMs;
    };
    expect([await until(), await until(1), await until(90), await until(0), await until()]).toEqual([7, 1, 30, 1, 7]);
  });

  it('takes a clock that was set back for no younger proof', async () => {
    const { open, told, clock } = desk();
    await open().remember('chen', 'right', person);
    clock.advance(offlineLifeMs);
    expect(await told('right')).toMatchObject({ code: 'auth.offline-expired' });
    clock.jumpWall(-offlineLifeMs);
    expect(await told('right')).toMatchObject({ code: 'auth.offline-expired' });
  });

  it('slows wrong passwords down, longer each time, through every start of the desk', async () => {
    const { open, told, clock } = desk();
    await open().remember('chen', 'right', person);
    for (let n = 0; n < 5; n += 1) expect(await told(`wrong ${n}`)).toEqual({ code: 'auth.bad-credentials' });
    expect(await told('right')).toEqual({ code: 'auth.locked', waitMs: 30_000 });
    clock.advance(30_000);
    expect(await told('wrong')).toEqual({ code: 'auth.bad-credentials' });
    expect(await told('right')).toEqual({ code: 'auth.locked', waitMs: 60_000 });
    clock.advance(60_000);
    expect(await told('right')).toBe('in');
    expect(await told('wrong')).toEqual({ code: 'auth.bad-credentials' });
    expect(await told('right')).toBe('in');
  });

  it('ends with the account, and with what cannot be read', async () => {
    const { open, told } = desk();
    await open().remember('chen', 'right', person);
    await open().forget('chen');
    expect(await told('right')).toEqual({ code: 'cloud.unreachable' });
  });
});
