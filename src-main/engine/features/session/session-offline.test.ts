import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sessionState } from '#shared/desk-contract/areas/session.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { cheapHash, codeOf, never, openDesk, production, signedIn, type Desk } from './testing/session-desk.ts';

const dayMs = 24 * 60 * 60_000;
/** Where the company has said nothing. */
const offlineLifeMs = 7 * dayMs;

/** Somebody was here today, and the next morning there is no network. */
async function withoutCloud(folder = tempFolder()): Promise<Desk> {
  await (await signedIn(folder)).service.signOut();
  const desk = openDesk(folder, { down: 'cloud.unreachable' });
  await desk.service.start();
  return desk;
}
/** A turn of the renewal, and what it asks is answered. */
async function half(desk: Desk): Promise<void> {
  desk.clock.advance(30_000);
  await new Promise((resolve) => setImmediate(resolve));
}

describe('while the cloud is away', () => {
  it('lets in who was signed in here, by their password alone', async () => {
    const desk = await withoutCloud();
    expect(desk.service.state).toMatchObject({ phase: 'signed-out', lastAccount: 'agent' });
    expect(await codeOf(desk.service.signIn('somebody', 'right'))).toBe('cloud.unreachable');
    expect(await codeOf(desk.service.signIn('agent', 'wrong'))).toBe('auth.bad-credentials');
    expect(desk.workspace.opened).toBeNull();
    const now = desk.clock.now();
    await desk.service.signIn('agent', 'right');
    expect(sessionState.parse(desk.service.state)).toMatchObject({
      phase: 'signed-in',
      employee: { account: 'agent' },
      offlineUntil: now + offlineLifeMs,
    });
    // Sync finds no tokens: that is no news.
    desk.service.expired();
    expect(desk.service.state.problem).toBeNull();
    await desk.service.signOut();
    expect(desk.service.state).toMatchObject({ phase: 'signed-out', offlineUntil: null });
  });

  it('lets in for as many days as the company says, also where it has said so after the sign-in', async () => {
    const folder = tempFolder();
    const before = await signedIn(folder);
    const { company } = before.service.state;
    if (!company) throw new Error('nobody is signed in');
    before.service.companyChanged({ ...company, name: '改名公司', offlineDays: 2 });
    before.service.companyChanged({ ...company, id: before.service.state.employee?.id ?? '', offlineDays: 30 });
    expect(before.service.state.company?.name).toBe('改名公司');
    await before.service.signOut();
    const desk = openDesk(folder, { down: 'cloud.unreachable' });
    await desk.service.start();
    await desk.service.signIn('agent', 'right');
    expect(desk.service.state.offlineUntil).toBe(desk.clock.now() + 2 * dayMs);
  });

  it('is there for who signs in and ends the program at once: it waits for what is kept of them', async () => {
    const folder = tempFolder();
    const slowHash = {
      ...cheapHash,
      hash: async (password: string) => (
        await new Promise((resolve) => setTimeout(resolve, 50)),
        cheapHash.hash(password)
      ),
    };
    const desk = openDesk(folder, { passwords: slowHash });
    await desk.service.chooseEnvironment(production, never);
    const isIn = new Promise<void>((resolve) =>
      desk.service.onState(({ phase }) => phase === 'signed-in' && resolve()),
    );
    const signingIn = desk.service.signIn('agent', 'right');
    await isIn;
    const kept = (): string => readFileSync(join(folder, 'secrets.json'), 'utf8');
    expect(kept()).not.toContain('offline.');
    await desk.service.dispose();
    const then = kept();
    expect(then).toContain('"offline.');
    await signingIn;
    expect(kept()).toBe(then);
  });

  it('asks the cloud until it is back, and goes on as if nothing had been', async () => {
    const desk = await withoutCloud();
    await desk.service.signIn('agent', 'right');
    for (let turn = 0; turn < 3; turn += 1) await half(desk);
    expect(desk.service.state.offlineUntil).not.toBeNull();
    desk.cloud().down = null;
    await half(desk);
    await expect.poll(() => desk.service.state.offlineUntil, { timeout: 15_000 }).toBeNull();
    expect(desk.service.state).toMatchObject({ phase: 'signed-in', problem: null });
    expect(desk.workspace.renewals).toBe(1);
    expect(desk.workspace.folders).toHaveLength(1);
    // The next start needs no password: the cloud has given tokens.
    desk.clock.advance(60 * 60_000);
    expect(desk.workspace.renewals).toBe(1);
  });

  it('asks for the password where the person is, when it is another one now', async () => {
    const desk = await withoutCloud();
    await desk.service.signIn('agent', 'right');
    desk.cloud().down = null;
    desk.cloud().password = 'new one';
    await half(desk);
    await expect.poll(() => desk.service.state.problem?.code, { timeout: 15_000 }).toBe('auth.expired');
    expect(desk.service.state).toMatchObject({ phase: 'signed-in', offlineUntil: null });
    expect(desk.workspace.opened).not.toBeNull();
    await desk.service.signIn('agent', 'new one');
    expect(desk.service.state.problem).toBeNull();
    expect(desk.workspace.renewals).toBe(1);
  });

  it('signs out who was disabled meanwhile, at the end of their call, and takes their word no more', async () => {
    const desk = await withoutCloud();
    await desk.service.signIn('agent', 'right');
    desk.workspace.liveCall = true;
    desk.cloud().down = 'auth.disabled';
    desk.cloud().healthy = true;
    await half(desk);
    await half(desk);
    expect(desk.service.state.phase).toBe('signed-in');
    desk.workspace.liveCall = false;
    await half(desk);
    await expect.poll(() => desk.service.state, { timeout: 15_000 }).toMatchObject({ phase: 'signed-out', employee: null, problem: { code: 'auth.disabled' } }); // prettier-ignore
    expect(desk.workspace.opened).toBeNull();
    desk.cloud().down = 'cloud.unreachable';
    expect(await codeOf(desk.service.signIn('agent', 'right'))).toBe('cloud.unreachable');
  });

  it('is over seven days after the cloud was last heard of, also in the middle of a shift', async () => {
    const desk = await withoutCloud();
    await desk.service.signIn('agent', 'right');
    desk.clock.jumpWall(offlineLifeMs - 60_000);
    await half(desk);
    expect(desk.service.state.phase).toBe('signed-in');
    desk.clock.jumpWall(60_000);
    await half(desk);
    await expect.poll(() => desk.service.state, { timeout: 15_000 }).toMatchObject({ phase: 'signed-out', problem: { code: 'auth.offline-expired' } }); // prettier-ignore
    expect(await codeOf(desk.service.signIn('agent', 'right'))).toBe('auth.offline-expired');
  });

  it('keeps somebody at work who is in, and whose session is over as well', async () => {
    const desk = await signedIn(tempFolder());
    desk.cloud().onSignedOut('auth.expired');
    desk.cloud().down = 'cloud.unreachable';
    expect(await codeOf(desk.service.signIn('agent', 'right'))).toBe('cloud.unreachable');
    expect(desk.service.state).toMatchObject({ phase: 'signed-in', offlineUntil: null });
  });

  it('takes the new password after a change here', async () => {
    const folder = tempFolder();
    const before = await signedIn(folder);
    await before.service.changePassword('right', 'tulpen am fenster');
    await before.service.signOut();
    const desk = openDesk(folder, { down: 'cloud.unreachable' });
    await desk.service.start();
    expect(await codeOf(desk.service.signIn('agent', 'right'))).toBe('auth.bad-credentials');
    expect(await codeOf(desk.service.signIn('agent', 'tulpen am fenster'))).toBe('no error');
  });
});
