import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../testing/temp-folder.ts';
import { isSealed } from './sealed-folder.ts';
import { codeOf, openDesk, signedIn, type Desk } from './testing/session-desk.ts';

const unsent = '客户说下周三再打';

/** Somebody at work, whose last call the cloud has not got yet. */
async function atWork(folder = tempFolder()): Promise<Desk & { readonly own: string }> {
  const desk = await signedIn(folder);
  const own = desk.workspace.folders[0] ?? '';
  mkdirSync(join(own, 'recordings'));
  writeFileSync(join(own, 'desk.db'), unsent);
  writeFileSync(join(own, 'recordings/a.wav'), unsent);
  desk.workspace.waiting = { rows: 1, recordings: 1 };
  return { ...desk, own };
}
const read = (own: string): string => readFileSync(join(own, 'desk.db'), 'utf8') + readFileSync(join(own, 'recordings/a.wav'), 'utf8'); // prettier-ignore
const isOut = (desk: Desk) => expect.poll(() => desk.service.state.phase, { timeout: 15_000 }).toBe('signed-out');
const isSafe = (own: string) => expect.poll(() => readdirSync(own).sort(), { timeout: 15_000 }).toEqual(['desk.db.sealed', 'recordings', 'sealed.json']); // prettier-ignore
/** Resolves when all that was under way is over. */
const settled = (desk: Desk): Promise<unknown> => desk.service.leaveEnvironment();

describe('a session that somebody has ended', () => {
  it.each(['auth.revoked', 'auth.password-changed', 'auth.disabled'] as const)(
    'by %s says so and what waits, and leaves nothing that another person could read or send',
    async (code) => {
      const desk = await atWork();
      desk.cloud().onSignedOut(code);
      await isOut(desk);
      expect(desk.service.state).toMatchObject({
        employee: null,
        problem: { code, details: { rows: 1, recordings: 1 } },
      });
      expect(desk.workspace.opened).toBeNull();
      await isSafe(desk.own);
      await desk.service.signIn('somebody', 'right');
      expect(desk.workspace.opened?.folder).not.toBe(desk.own);
      expect(isSealed(desk.own)).toBe(true);
      const text = readdirSync(join(desk.own, '../../..'), { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
        .map((each) => readFileSync(join(each.parentPath, each.name), 'latin1'));
      expect(text.some((each) => each.includes(Buffer.from(unsent).toString('latin1')))).toBe(false);
    },
  );

  it('gives the same person their work back, whatever their password is now, and goes on', async () => {
    const desk = await atWork();
    desk.cloud().onSignedOut('auth.password-changed');
    await isOut(desk);
    desk.cloud().password = 'a new one';
    expect(await codeOf(desk.service.signIn('agent', 'right'))).toBe('auth.bad-credentials');
    expect(isSealed(desk.own)).toBe(true);
    await desk.service.signIn('agent', 'a new one');
    expect(desk.workspace.opened?.folder).toBe(desk.own);
    expect([read(desk.own), isSealed(desk.own)]).toEqual([unsent + unsent, false]);
    // And again: the key is another sign-in's now.
    desk.cloud().onSignedOut('auth.revoked');
    await isOut(desk);
    await isSafe(desk.own);
    await desk.service.signIn('agent', 'a new one');
    expect(read(desk.own)).toBe(unsent + unsent);
  });

  it('opens by the password where the cloud hands out no keys, and by nothing while it is away', async () => {
    const folder = tempFolder();
    const desk = openDesk(folder);
    await desk.service.chooseEnvironment(
      { environment: 'demo' },
      { aborted: false, addEventListener: () => undefined },
    );
    desk.cloud().hasKeys = false;
    await desk.service.signIn('agent', 'right');
    const own = desk.workspace.folders[0] ?? '';
    writeFileSync(join(own, 'desk.db'), unsent);
    desk.cloud().onSignedOut('auth.revoked');
    await isOut(desk);
    await expect.poll(() => existsSync(join(own, 'desk.db')), { timeout: 15_000 }).toBe(false);
    desk.cloud().down = 'cloud.unreachable';
    expect(await codeOf(desk.service.signIn('agent', 'right'))).toBe('cloud.unreachable');
    desk.cloud().down = null;
    desk.cloud().password = 'a new one';
    expect(await codeOf(desk.service.signIn('agent', 'a new one'))).toBe('database.sealed');
    expect(desk.service.state).toMatchObject({ phase: 'signed-out', problem: { code: 'database.sealed' } });
    desk.cloud().password = 'right';
    await desk.service.signIn('agent', 'right');
    expect(readFileSync(join(own, 'desk.db'), 'utf8')).toBe(unsent);
  });

  it('waits for the end of a live call; the same person may sign in again during it', async () => {
    const desk = await atWork();
    desk.workspace.liveCall = true;
    desk.cloud().onSignedOut('auth.revoked');
    for (let second = 0; second < 3; second += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      desk.clock.advance(1000);
    }
    expect(desk.service.state).toMatchObject({ phase: 'signed-in', problem: { code: 'auth.revoked' } });
    // Sync finds out as well: the reason stays.
    desk.service.expired();
    expect(desk.service.state.problem?.code).toBe('auth.revoked');
    expect(read(desk.own)).toBe(unsent + unsent);
    await desk.service.signIn('agent', 'right');
    desk.workspace.liveCall = false;
    desk.clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(desk.service.state).toMatchObject({ phase: 'signed-in', problem: null });
    desk.workspace.liveCall = true;
    desk.cloud().onSignedOut('auth.revoked');
    await new Promise((resolve) => setImmediate(resolve));
    desk.workspace.liveCall = false;
    desk.clock.advance(1000);
    await isOut(desk);
    await isSafe(desk.own);
  });

  it('is finished by the next start of the desk where it was cut off', async () => {
    const folder = tempFolder();
    const desk = await atWork(folder);
    const secrets = readFileSync(join(folder, 'secrets.json'));
    desk.cloud().onSignedOut('auth.revoked');
    await isOut(desk);
    await settled(desk);
    // As it was before the first file was sealed: the plan, the key, the open files.
    for (const name of ['desk.db.sealed', 'sealed.json', 'recordings/a.wav.sealed']) rmSync(join(desk.own, name));
    writeFileSync(join(desk.own, 'desk.db'), unsent);
    writeFileSync(join(desk.own, 'recordings/a.wav'), unsent);
    writeFileSync(join(folder, 'secrets.json'), secrets);
    const facts = JSON.parse(readFileSync(join(folder, 'desk.json'), 'utf8')) as Record<string, string>;
    const [, env, person] = /environments[\\/]([^\\/]+)[\\/]([^\\/]+)$/.exec(desk.own) ?? [];
    facts[`session.${env ?? ''}.to-seal`] = person ?? '';
    facts['environment'] = 'production';
    writeFileSync(join(folder, 'desk.json'), JSON.stringify(facts));
    const next = openDesk(folder);
    await next.service.start();
    await isSafe(desk.own);
    expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).not.toContain('person-key');
    await next.service.signIn('agent', 'right');
    expect(read(desk.own)).toBe(unsent + unsent);
  });

  it('of a person without a key (remembered from before there were any) leaves their files as they are, in their own folder', async () => {
    const folder = tempFolder();
    const desk = await atWork(folder);
    const kept = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8')) as Record<string, string>;
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify(Object.fromEntries(Object.entries(kept).filter(([name]) => !name.startsWith('person-key'))))); // prettier-ignore
    const next = openDesk(folder);
    await next.service.start();
    next.workspace.waiting = { rows: 1, recordings: 0 };
    next.cloud().onSignedOut('auth.revoked');
    await isOut(next);
    expect(next.service.state.problem).toEqual({ code: 'auth.revoked', details: {} });
    expect(read(desk.own)).toBe(unsent + unsent);
  });
});
