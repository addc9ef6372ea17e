import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

/** oFono on a message bus of its own, with one modem per TCP port; nothing of the machine's own bus is touched. */
export interface Ofono {
  /** A method of a modem or call; rejects with what oFono said when it refuses. @returns the reply as dbus-send prints it */
  call(path: string, method: string, ...values: string[]): Promise<string>;
  /** Every state that a call has had, in order, as the bus was told: ["dialing", "alerting", …]. */
  states(call: string): string[];
  /** When the call was answered, as the bus was told; null while it was not. */
  startTime(call: string): string | null;
  /** "local", "remote" or "network". */
  endReason(call: string): string | null;
  close(): Promise<void>;
}

const busConfig = (socket: string): string => `<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/>
    <allow send_type="method_call"/><allow send_type="signal"/><allow send_type="method_return"/><allow send_type="error"/>
    <allow receive_type="method_call"/><allow receive_type="signal"/><allow receive_type="method_return"/><allow receive_type="error"/>
  </policy>
</busconfig>
`;

export async function startOfono(modems: Readonly<Record<string, { host: string; port: number }>>): Promise<Ofono> {
  const folder = mkdtempSync(join(tmpdir(), 'ofono-'));
  const bus = `unix:path=${join(folder, 'bus')}`;
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const groups = Object.entries(modems).map(([name, at]) => `[${name}]\nAddress=${at.host}\nPort=${at.port}\n`);
  const modemList = file('phonesim.conf', groups.join('\n'));
  const started: ChildProcess[] = [];
  const start = (program: string, words: readonly string[], onText?: (text: string) => void): void => {
    const child = spawn(program, words, {
      // /usr/sbin: where ofonod is, and not on everybody's path.
      env: {
        ...process.env,
        PATH: `${process.env['PATH'] ?? ''}:/usr/sbin`,
        DBUS_SYSTEM_BUS_ADDRESS: bus,
        OFONO_PHONESIM_CONFIG: modemList,
      },
      stdio: ['ignore', onText ? 'pipe' : 'ignore', 'ignore'],
    });
    child.stdout?.on('data', (bytes: Buffer) => onText?.(bytes.toString()));
    started.push(child);
  };
  // Never synchronously: the simulated phone that oFono asks meanwhile lives in this process.
  const send = (...words: string[]): Promise<{ ok: boolean; said: string }> =>
    new Promise((resolve) => {
      const all = [`--bus=${bus}`, '--print-reply', '--reply-timeout=20000', ...words];
      execFile('dbus-send', all, { timeout: 25_000 }, (error, stdout, stderr) =>
        resolve({ ok: error === null, said: `${stdout}${stderr}` }),
      );
    });
  const call = async (path: string, method: string, ...values: string[]): Promise<string> => {
    const { ok, said } = await send('--dest=org.ofono', path, `org.ofono.${method}`, ...values);
    if (!ok) throw new Error(`${method}: ${said}`);
    return said;
  };
  let told = '';
  const close = async (): Promise<void> => {
    for (const child of started.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const bringUp = async (): Promise<void> => {
    start('dbus-daemon', [
      `--config-file=${file('bus.conf', busConfig(join(folder, 'bus')))}`,
      '--nofork',
      '--nopidfile',
    ]);
    await eventually(
      'the message bus',
      async () => (await send('--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.GetId')).ok,
    );
    start('dbus-monitor', ['--address', bus, "type='signal',sender='org.ofono'"], (text) => (told += text));
    await until('the monitor', () => told.includes('NameAcquired') || told.includes('NameLost'));
    start('ofonod', ['-n']);
    await eventually('oFono', async () =>
      (await send('--dest=org.ofono', '/', 'org.ofono.Manager.GetModems')).said.includes('object path'),
    );
    const set = (name: string): string[] => [`string:${name}`, 'variant:boolean:true'];
    for (const modem of Object.keys(modems)) {
      const has = (what: string) => async (): Promise<boolean> =>
        (await call(`/${modem}`, 'Modem.GetProperties')).includes(what);
      await call(`/${modem}`, 'Modem.SetProperty', ...set('Powered'));
      await eventually(`the calls of ${modem}`, has('org.ofono.VoiceCallManager'));
      await call(`/${modem}`, 'Modem.SetProperty', ...set('Online'));
      await eventually(`the network of ${modem}`, has('org.ofono.NetworkRegistration'));
    }
  };
  try {
    await bringUp();
  } catch (error) {
    await close();
    throw error;
  }
  /** The signals of the latest call of this path, for oFono gives a path again; CallAdded comes from the modem and names it. */
  const signalsOf = (path: string): string[] => {
    const all = told
      .split(/^signal /m)
      .filter((one) => one.includes(`path=${path};`) || one.includes(`object path "${path}"`));
    return all.slice(
      Math.max(
        0,
        all.findLastIndex((one) => one.includes('member=CallAdded')),
      ),
    );
  };
  const values = (path: string, name: string): string[] =>
    signalsOf(path).flatMap((one) =>
      [...one.matchAll(new RegExp(`string "${name}"\\s+variant\\s+string "([^"]*)"`, 'g'))].map((hit) => hit[1] ?? ''),
    );
  return {
    call,
    states: (path) => values(path, 'State'),
    startTime: (path) => values(path, 'StartTime')[0] ?? null,
    endReason: (path) =>
      signalsOf(path).flatMap((one) => /member=DisconnectReason\s+string "(\w+)"/.exec(one)?.[1] ?? [])[0] ?? null,
    close,
  };
}

/** Like `until`, for what has to be asked for. */
async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
