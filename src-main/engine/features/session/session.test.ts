import { join } from 'node:path';
import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sessionState } from '#shared/desk-contract/areas/session.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import type { DemoWorld } from './index.ts';
import { codeOf, idOf, never, openDesk, production, signedIn, type Desk } from './testing/session-desk.ts';

describe('choosing an environment', () => {
  it('starts without one', async () => {
    const { service } = openDesk(tempFolder());
    await service.start();
    expect(sessionState.parse(service.state)).toMatchObject({
      phase: 'choose-environment',
      environment: null,
      problem: null,
    });
    expect(await codeOf(service.signIn('agent', 'right'))).toBe('environment.not-chosen');
  });

  it('prepares the demo step by step and shows its accounts', async () => {
    const { service, cloud } = openDesk(tempFolder());
    const steps: (string | undefined)[] = [];
    service.onState((state) => steps.push(state.preparing?.step));
    await service.chooseEnvironment({ environment: 'demo' }, never);
    expect(steps).toEqual(['cloud', 'database', 'sample-data', undefined]);
    expect(service.state).toMatchObject({
      phase: 'signed-out',
      environment: 'demo',
      demoAccounts: [{ account: 'agent' }],
    });
    expect(cloud().baseUrl).toBe('http://127.0.0.1:4000');
  });

  it('can be cancelled while the demo starts', async () => {
    const cancel = new AbortController();
    const demo: DemoWorld = { start: (_progress, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))) }; // prettier-ignore
    const { service } = openDesk(tempFolder(), { demo });
    const choosing = codeOf(service.chooseEnvironment({ environment: 'demo' }, cancel.signal));
    await Promise.resolve();
    expect(service.state.phase).toBe('preparing');
    cancel.abort();
    expect(await choosing).toBe('cancelled');
    expect(service.state).toMatchObject({ phase: 'choose-environment', environment: null, problem: null });
  });

  it('says why the demo did not start', async () => {
    const { service } = openDesk(tempFolder(), { demo: { start: () => Promise.reject(new Error('no room')) } });
    expect(await codeOf(service.chooseEnvironment({ environment: 'demo' }, never))).toBe('demo.start-failed');
    expect(service.state).toMatchObject({ phase: 'choose-environment', problem: { code: 'demo.start-failed' } });
  });

  it('refuses an address that is none, or where no cloud answers, and stays where it was', async () => {
    for (const [cloudUrl, down, code] of [
      ['not an address', null, 'cloud.address-invalid'],
      ['crm.example.com', 'cloud.unreachable', 'cloud.unreachable'],
      ['crm.example.com', 'cloud.not-a-cloud', 'cloud.not-a-cloud'],
    ] as const) {
      const { service } = openDesk(tempFolder(), { down });
      expect(await codeOf(service.chooseEnvironment({ environment: 'production', cloudUrl }, never))).toBe(code);
      expect(service.state).toMatchObject({ phase: 'choose-environment', environment: null, problem: { code } });
    }
  });
});

describe('signing in', () => {
  it('opens the folder of this person in this environment, and no other', async () => {
    const folder = tempFolder();
    const desk = await signedIn(folder);
    expect(sessionState.parse(desk.service.state)).toMatchObject({
      phase: 'signed-in',
      employee: { account: 'agent', department: '' },
      lastAccount: 'agent',
    });
    await desk.service.signOut();
    expect(desk.workspace.opened).toBeNull();
    await desk.service.signIn('somebody', 'right');
    await desk.service.leaveEnvironment();
    await desk.service.chooseEnvironment({ environment: 'demo' }, never);
    await desk.service.signIn('agent', 'right');
    expect(new Set(desk.workspace.folders).size).toBe(3);
    for (const path of desk.workspace.folders) expect(path.startsWith(join(folder, 'environments'))).toBe(true);
  });

  it('refuses a wrong password and stays signed out', async () => {
    const desk = openDesk(tempFolder());
    await desk.service.chooseEnvironment(production, never);
    expect(await codeOf(desk.service.signIn('agent', 'wrong'))).toBe('auth.bad-credentials');
    expect(desk.service.state.phase).toBe('signed-out');
    expect(desk.workspace.opened).toBeNull();
  });

  it('does not half sign in when the data cannot be opened', async () => {
    const folder = tempFolder();
    const desk = openDesk(folder);
    await desk.service.chooseEnvironment(production, never);
    desk.workspace.refuses = 'database.locked';
    expect(await codeOf(desk.service.signIn('agent', 'right'))).toBe('database.locked');
    expect(desk.service.state).toMatchObject({
      phase: 'signed-out',
      employee: null,
      problem: { code: 'database.locked' },
    });
    expect(desk.cloud()['tokens'].load()).toBeNull();
  });

  it('is refused sign-out and leaving while a call is live', async () => {
    const desk = await signedIn(tempFolder());
    desk.workspace.liveCall = true;
    expect(await codeOf(desk.service.signOut())).toBe('call.busy');
    expect(await codeOf(desk.service.leaveEnvironment())).toBe('call.busy');
    expect(desk.service.state.phase).toBe('signed-in');
    expect(desk.workspace.opened).not.toBeNull();
  });

  it('keeps buttons pressed in two windows apart', async () => {
    const desk = openDesk(tempFolder());
    await desk.service.chooseEnvironment(production, never);
    const codes = await Promise.all([desk.service.signIn('agent', 'right'), desk.service.signIn('other', 'right')].map(codeOf)); // prettier-ignore
    expect(codes).toEqual(['no error', 'access.denied']);
    expect(desk.workspace.folders).toHaveLength(1);
  });
});

describe('the own account', () => {
  const context = { peer: { kind: 'in-process', id: 'test' }, signal: never } as const;
  const change = async (desk: Desk, oldPassword: string): Promise<unknown> =>
    desk.handlers['session.changePassword']({ oldPassword, newPassword: 'tulpen am fenster' }, context);

  it('is asked about at the cloud of the session, and at none without one', async () => {
    const desk = await signedIn(tempFolder());
    const { devices } = await desk.handlers['session.devices'](null, context);
    expect(devices).toEqual([{ id: idOf(7), name: '工位 12', firstSeenAt: 1, lastSeenAt: 3, signedInAt: 2, current: true, signedIn: true }]); // prettier-ignore
    await desk.handlers['session.endDevice']({ id: idOf(8) }, context);
    expect(desk.cloud().ended).toEqual([idOf(8)]);
    expect(await codeOf(change(desk, 'wrong'))).toBe('password.wrong-old');
    expect(await change(desk, 'right')).toBeNull();
    await desk.service.signOut();
    expect(await codeOf(change(desk, 'right'))).toBe('auth.required');
    expect(await codeOf((async () => desk.handlers['session.devices'](null, context))())).toBe('auth.required');
  });

  it('keeps the passwords that the demo shows to everybody', async () => {
    const desk = openDesk(tempFolder());
    await desk.service.chooseEnvironment({ environment: 'demo' }, never);
    await desk.service.signIn('agent', 'right');
    expect(await codeOf(change(desk, 'right'))).toBe('access.denied');
  });
});

describe('another desk', () => {
  it('opens for accounts of the demo alone, and never in production', async () => {
    const context = { peer: { kind: 'in-process', id: 'test' }, signal: never } as const;
    const ask = async (desk: Desk, account: string): Promise<unknown> =>
      desk.handlers['session.openDesk']({ account }, context);
    const desk = openDesk(tempFolder());
    expect(await codeOf(ask(desk, 'agent'))).toBe('access.denied');
    await desk.service.chooseEnvironment({ environment: 'demo' }, never);
    expect(await ask(desk, 'agent')).toEqual({ url: null });
    for (const account of ['main', '../main', '', 'Agent'])
      expect(await codeOf(ask(desk, account))).toBe('access.denied');
    expect(await codeOf(ask(await signedIn(tempFolder()), 'agent'))).toBe('access.denied');
  });
});

describe('the next start', () => {
  it('keeps the person signed in, also while the cloud is away', async () => {
    const folder = tempFolder();
    const before = await signedIn(folder);
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
    const after = openDesk(folder, { down: 'cloud.unreachable' });
    await after.service.start();
    expect(after.service.state).toMatchObject({
      phase: 'signed-in',
      cloudUrl: 'https://crm.example.com',
      employee: { account: 'agent' },
    });
    expect(after.workspace.folders).toEqual(before.workspace.folders);
    expect(after.workspace.opened?.deviceId).toBe(before.workspace.opened?.deviceId);
  });

  it('asks for the password after a sign-out, with the account filled in', async () => {
    const folder = tempFolder();
    await (await signedIn(folder)).service.signOut();
    const after = openDesk(folder);
    await after.service.start();
    expect(after.service.state).toMatchObject({ phase: 'signed-out', lastAccount: 'agent', employee: null });
  });

  it('begins with the choice again when the demo cannot start', async () => {
    const folder = tempFolder();
    await openDesk(folder).service.chooseEnvironment({ environment: 'demo' }, never);
    const after = openDesk(folder, { demo: { start: () => Promise.reject(new Error('no room')) } });
    await after.service.start();
    expect(after.service.state).toMatchObject({ phase: 'choose-environment', problem: { code: 'demo.start-failed' } });
  });
});

describe('a session that the cloud has ended', () => {
  it('leaves the person at work and goes on after the password was given again', async () => {
    const desk = await signedIn(tempFolder());
    desk.cloud().onSignedOut('auth.expired');
    expect(desk.service.state).toMatchObject({ phase: 'signed-in', problem: { code: 'auth.expired' } });
    desk.workspace.liveCall = true;
    expect(await codeOf(desk.service.signIn('other', 'right'))).toBe('call.busy');
    await desk.service.signIn('agent', 'right');
    expect(desk.service.state).toMatchObject({ phase: 'signed-in', problem: null });
    expect(desk.workspace).toMatchObject({ renewals: 1, folders: [expect.any(String)] });
  });

  it('gives the place to another person where no call is live', async () => {
    const desk = await signedIn(tempFolder());
    desk.service.expired();
    await desk.service.signIn('somebody', 'right');
    expect(desk.workspace.opened?.employee.account).toBe('somebody');
    expect(desk.workspace.renewals).toBe(0);
  });
});
