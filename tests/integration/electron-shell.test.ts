import fc from 'fast-check';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Emitter } from '#shared/base/emitter.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { CallView, CurrentCall } from '#shared/desk-contract/areas/calls.ts';
import { deskContract, type DeskContract } from '#shared/desk-contract/contract.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { serve } from '#shared/desk-contract/server.ts';
import { runElectronShell } from '#main/electron/electron-shell.ts';
import type { Desk, ShellFacts } from '#main/host.ts';
import { systemClock } from '#engine/system.ts';
import { aCall } from '#renderer/features/calls/logic/testing/a-call.ts';
import { app, calls, cancellable, ipcEvent, ipcMain, resetElectron, state } from '#tests/support/fake-electron.ts';
import { SampleDesk } from '#tests/support/sample-desk.ts';

vi.mock('electron', () => import('#tests/support/fake-electron.ts'));

/** A desk that speaks the real contract as far as the shell uses it: the current call, and cutting in. */
class CallDesk extends SampleDesk {
  readonly cutIns: string[] = [];
  readonly ports: string[] = [];
  private readonly current = new Emitter<CallView | null>();
  private call: CallView | null = null;

  override serve: Desk['serve'] = (port, peer) => {
    this.ports.push(peer.kind);
    const handlers = {
      'calls.cutIn': ({ callId }: { callId: string }) => {
        this.cutIns.push(callId);
        return null;
      },
    };
    const item = (call: CallView | null): CurrentCall => ({
      ...{ call, other: null, transfers: null, asked: null, now: 0, waitMs: 0, talkMs: 0 },
    });
    const sources = {
      'calls.current': (_args: null, sink: { item(value: CurrentCall): void }) => {
        sink.item(item(this.call));
        const subscription = this.current.on((call) => sink.item(item(call)));
        return () => subscription.dispose();
      },
    };
    return serve(
      deskContract,
      {
        handlers: handlers as unknown as Handlers<DeskContract>,
        sources: sources as unknown as Sources<DeskContract>,
        capabilities: [],
        engineVersion: '0',
        clock: systemClock,
        logger: silentLogger,
      },
      port,
      peer,
    );
  };

  setCall(at: CallView['state'] | null): void {
    this.call = at && sampleCall(at);
    this.current.emit(this.call);
  }
}

const callId = '019aaaaa-0000-7000-8000-000000000001';
const sampleCall = (at: CallView['state']): CallView =>
  aCall({ id: callId, state: at, employeeId: callId, employeeName: '李', slot: 1 });

let dataDir: string;
let desk: CallDesk;
let host: { openDesk: () => Promise<Desk>; dispose: () => Promise<void> };
let facts: ShellFacts;
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5_000, interval: 5 });

async function start(): Promise<void> {
  await runElectronShell({
    createDeskHost: ({ shell }) => {
      facts = shell;
      calls.push('createDeskHost');
      return Promise.resolve(host);
    },
    dataDir,
    clock: systemClock,
    logger: silentLogger,
  });
}

beforeEach(async () => {
  resetElectron();
  dataDir = await mkdtemp(join(tmpdir(), 'jinhu-shell-'));
  state.appPath = dataDir;
  await mkdir(join(dataDir, 'dist/renderer/assets'), { recursive: true });
  await writeFile(join(dataDir, 'dist/renderer/index.html'), '<!doctype html><title>desk</title>');
  await writeFile(join(dataDir, 'secret.txt'), 'secret');
  desk = new CallDesk();
  host = {
    openDesk: () => Promise.resolve(desk),
    dispose: vi.fn(() => {
      calls.push('host disposed');
      return Promise.resolve();
    }),
  };
});
afterEach(() => rm(dataDir, { recursive: true }));

describe('starting', () => {
  it('sets sandbox and scheme before Electron is ready, and guards before the first window loads', async () => {
    await start();
    const order = (name: string): number => calls.findIndex((call) => call.startsWith(name));
    expect(order('enableSandbox')).toBe(0);
    expect(order('scheme')).toBeLessThan(order('whenReady'));
    expect(order('requestSingleInstanceLock')).toBeLessThan(order('whenReady'));
    for (const guard of ['permission-request', 'permission-check', 'device-permission', 'handle app'])
      expect(order(guard)).toBeLessThan(order('loadURL'));
    expect(Math.min(...['permission-request', 'permission-check', 'device-permission'].map(order))).toBeGreaterThan(0);
    expect(calls.filter((call) => call.startsWith('loadURL'))).toEqual(['loadURL app://desk/']);
    expect(calls[1]).not.toMatch(/bypassCSP|corsEnabled/);
    expect(state.paths.get('userData')).toBe(join(dataDir, 'electron'));
    expect(facts.seal).toBeDefined();
  });

  it('leaves at once when another instance runs, without touching the data folder', async () => {
    state.lock = false;
    await start();
    expect(calls).toContain('quit');
    expect(calls).not.toContain('createDeskHost');
    expect(state.windows).toEqual([]);
  });

  it('shows the window again when started a second time', async () => {
    await start();
    state.windows[0]?.hide();
    app.emit('second-instance');
    expect(state.windows.map(({ visible }) => visible)).toEqual([true]);
  });

  it('brings the window that asks for it to the front, from the tray too, and no other one', async () => {
    await start();
    await facts.showDesk(new CallDesk(), 'second');
    for (const window of state.windows) window.hide();
    const focused = calls.length;
    facts.raise?.({ kind: 'app-window', id: '2' });
    facts.raise?.({ kind: 'app-window', id: '99' });
    expect(state.windows.map(({ visible }) => visible)).toEqual([false, true]);
    expect(calls.slice(focused)).toEqual(['focus']);
    expect(facts.capabilities).toContain('raise-window');
  });

  it('opens one window per further desk, which is told apart from the first', async () => {
    await start();
    const other = new CallDesk();
    expect(await facts.showDesk(other, 'second')).toEqual({ url: null });
    await facts.showDesk(other, 'second');
    expect(state.windows.length).toBe(2);
    ipcMain.emit('desk.open-port', { ...ipcEvent(), sender: { id: 2 } });
    expect([desk.ports, other.ports]).toEqual([['in-process'], ['in-process', 'app-window']]);
  });
});

describe('windows', () => {
  it('navigate nowhere else, embed nothing, and hand only safe links to the system', async () => {
    await start();
    const contents = state.windows[0]?.webContents;
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      const tries = ['https://evil.test/', 'app://desk.evil/', 'app://desk/leads'].map((url) => cancellable({ url }));
      for (const one of tries) contents?.emit(event, one);
      expect([event, ...tries.map(({ prevented }) => prevented)]).toEqual([event, true, true, false]);
    }
    const attach = cancellable();
    contents?.emit('will-attach-webview', attach);
    expect(attach.prevented).toBe(true);
    for (const url of ['https://example.com/a', 'file:///etc/passwd', 'app://desk/', 'javascript:alert(1)'])
      expect(contents?.openHandler?.({ url })).toEqual({ action: 'deny' });
    expect(state.external).toEqual(['https://example.com/a']);
  });

  it('hide to the tray; with a call they ask, and only "hang up and quit" ends it', async () => {
    await start();
    const [window] = state.windows;
    expect([window?.clickClose(), window?.visible]).toEqual([false, false]);
    expect(calls).not.toContain('ask');
    desk.setCall('active');
    await until(() => expect(state.keys.size).toBe(1));
    app.emit('activate');
    state.dialogAnswer = 2;
    window?.clickClose();
    await until(() => expect(calls.filter((call) => call === 'ask').length).toBe(1));
    expect(window?.visible).toBe(true);
    state.dialogAnswer = 1;
    window?.clickClose();
    await until(() => expect(calls).toContain('exit 0'));
    expect(calls.filter((call) => call === 'ask').length).toBe(2);
  });

  it('quit from the tray waits for the engine; a call is not cut off without asking', async () => {
    await start();
    desk.setCall('dialing');
    await until(() => expect(state.keys.size).toBe(1));
    state.dialogAnswer = 0;
    await state.handlers.get('tray quit')?.();
    await until(() => expect(calls).toContain('ask'));
    expect(calls).not.toContain('host disposed');
    desk.setCall(null);
    await until(() => expect(state.keys.size).toBe(0));
    await state.handlers.get('tray quit')?.();
    await until(() => expect(calls.slice(-2)).toEqual(['host disposed', 'exit 0']));
  });
});

describe('a window in trouble', () => {
  const loads = (): number => calls.filter((call) => call.startsWith('loadURL')).length;

  it('whose page has died is loaded again while the call goes on', async () => {
    await start();
    desk.setCall('active');
    state.windows[0]?.webContents.die('crashed');
    expect(loads()).toBe(2);
    expect(calls).not.toContain('host disposed');
    state.windows[0]?.webContents.die('clean-exit');
    expect(loads()).toBe(2);
  });

  it('whose page dies again and again is left alone until the person asks for it', async () => {
    await start();
    for (let deaths = 0; deaths < 10; deaths += 1) state.windows[0]?.webContents.die('oom');
    expect(loads()).toBe(4);
    app.emit('second-instance');
    expect(loads()).toBe(5);
    app.emit('second-instance');
    expect(loads()).toBe(5);
  });

  it('that hangs is loaded again only when the person says so, who is asked once', async () => {
    await start();
    state.dialogAnswer = 0;
    state.windows[0]?.emit('unresponsive');
    state.windows[0]?.emit('unresponsive');
    await until(() => expect(calls.filter((call) => call === 'ask').length).toBe(1));
    expect(loads()).toBe(1);
    state.dialogAnswer = 1;
    await until(() => {
      state.windows[0]?.emit('unresponsive');
      expect(loads()).toBe(2);
    });
  });

  it('and links that no program takes do not end the program', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    state.loadFails = true;
    await start();
    expect(state.windows[0]?.webContents.openHandler?.({ url: 'tel:15400000137' })).toEqual({ action: 'deny' });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('of a desk without a call closes, whatever another desk is doing', async () => {
    await start();
    await facts.showDesk(new CallDesk(), 'second');
    desk.setCall('active');
    await until(() => expect(state.keys.size).toBe(1));
    expect(state.windows[1]?.clickClose()).toBe(true);
    expect(calls).not.toContain('ask');
  });
});

describe('F2', () => {
  it('is held while there is a call, cuts into it, and is free for other programs before and after', async () => {
    await start();
    expect(facts.globalCutIn).toBe('registered');
    expect([...state.keys.keys()]).toEqual([]);
    desk.setCall('active');
    await until(() => expect([...state.keys.keys()]).toEqual(['F2']));
    state.keys.get('F2')?.();
    await until(() => expect(desk.cutIns).toEqual([callId]));
    desk.setCall('ended');
    await until(() => expect(state.keys.size).toBe(0));
  });

  it('taken by another program is told, and told again when it is free', async () => {
    state.freeKeys = false;
    await start();
    expect(facts.globalCutIn).toBe('busy');
    const changed = vi.fn();
    facts.onChange(changed);
    state.freeKeys = true;
    desk.setCall('active');
    await until(() => expect(facts.globalCutIn).toBe('registered'));
    expect(changed).toHaveBeenCalledOnce();
  });
});

describe('the gate of ports', () => {
  it.each<[string, object | null]>([
    ['a frame inside of the page', { parent: {} }],
    ['a page that is not ours', { url: 'https://evil.test/' }],
    ['a page that looks like ours', { url: 'app://desk.evil/' }],
    ['a frame that is gone', null],
  ])('stays shut for %s', async (_what, frame) => {
    await start();
    ipcMain.emit('desk.open-port', ipcEvent(frame));
    expect(desk.ports).toEqual(['in-process']);
  });

  it('stays shut for web contents that are no window of ours', async () => {
    await start();
    ipcMain.emit('desk.open-port', { ...ipcEvent(), sender: { id: 99 } });
    expect(desk.ports).toEqual(['in-process']);
  });
});

describe('a number on a web page', () => {
  it('waits for a window that takes it, with the window brought up', async () => {
    await start();
    state.windows[0]?.hide();
    app.emit('second-instance', {}, ['/opt/desk', 'tel:15400000137']);
    expect([facts.dialLinks?.waiting, state.windows[0]?.visible]).toEqual([{ rev: 1, text: 'tel:15400000137' }, true]);
    const event = cancellable();
    app.emit('open-url', event, 'callto:15400000138');
    expect([event.prevented, facts.dialLinks?.waiting]).toMatchObject([true, { rev: 2 }]);
  });
});

describe('permissions', () => {
  it('are decided by both handlers, and no page ever gets a device', async () => {
    await start();
    const callback = vi.fn();
    const request = state.handlers.get('permission-request') as (...args: unknown[]) => void;
    request(null, 'media', callback, { requestingUrl: 'app://desk/', mediaTypes: ['audio'] });
    request(null, 'geolocation', callback, { requestingUrl: 'app://desk/' });
    request(null, 'notifications', callback, { requestingUrl: 'app://desk/' });
    expect(callback.mock.calls).toEqual([[true], [false], [true]]);
    const check = state.handlers.get('permission-check') as (...args: unknown[]) => boolean;
    expect(check(null, 'media', 'app://desk/', { mediaType: 'audio' })).toBe(true);
    expect(check(null, 'media', 'app://desk/', { mediaType: 'video' })).toBe(false);
    // What `Notification.permission` says: callers are told of without a question.
    expect(check(null, 'notifications', 'app://desk', {})).toBe(true);
    expect(check(null, 'notifications', 'https://evil.test', {})).toBe(false);
    expect((state.handlers.get('device-permission') as () => boolean)()).toBe(false);
  });
});

describe('app://', () => {
  const ask = async (url: string, init: RequestInit = {}): Promise<Response> =>
    (state.handlers.get('protocol app') as unknown as (request: Request) => Promise<Response>)(new Request(url, init));

  it('answers with the files of the build and the headers of the station', async () => {
    await start();
    const page = await ask('app://desk/');
    expect(await page.text()).toContain('<title>desk</title>');
    expect(page.headers.get('content-security-policy')).toContain("connect-src 'self' ws: wss:;");
    expect(page.headers.get('content-security-policy')).not.toMatch(/unsafe|\*/);
    expect((await ask('app://desk/index.html', { method: 'POST' })).status).toBe(405);
  });

  it('sends sound, in ranges too', async () => {
    await start();
    const part = await ask('app://desk/media/tone?k=key', { headers: { range: 'bytes=10-19' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 10-19/1000']);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(desk.sound.slice(10, 20));
    expect((await ask('app://desk/media/tone?k=wrong')).status).toBe(404);
  });

  it('gives nothing else away', async () => {
    await start();
    const part = fc.constantFrom('..', '.', '%2e%2e', '..%2f', '..\\', '%00', 'secret.txt', 'etc', 'passwd', 'C:', '~');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('desk', 'evil'),
        fc.array(part, { minLength: 1, maxLength: 6 }),
        async (at, parts) => {
          const path = `app://${at}/${parts.join('/')}`;
          const answer = await ask(path);
          const text = await answer.text();
          expect(text).not.toContain('secret');
          // A path of dots alone is the page itself, as in every browser.
          if (answer.status !== 404) expect([path, new URL(path).pathname]).toEqual([path, '/']);
        },
      ),
      { seed: 6, numRuns: 1_000 },
    );
  });
});
