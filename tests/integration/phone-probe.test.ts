import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { draftProfile } from '#engine/devices/probe/draft.ts';
import type { Findings } from '#engine/devices/probe/findings.ts';
import { probePhone } from '#engine/devices/probe/probe.ts';
import { loadProfiles, matchProfile } from '#engine/devices/profiles/load-profiles.ts';
import { createSerialTransport } from '#engine/devices/transport/serial.ts';
import { systemClock } from '#engine/system.ts';
import type { SimulatedPhoneOptions } from '#simulator/phone/phone.ts';
import { openPtyPhone, type OpenPtyPhone } from '#tests/support/pty-phone.ts';

let open: OpenPtyPhone;
let written: string;
afterEach(() => open.ptys.close());

const atPort = (): string => open.ptys.modems[0]?.at ?? '';
async function plug(options: Partial<SimulatedPhoneOptions> = {}): Promise<void> {
  written = '';
  const onAt = (bytes: Uint8Array): void => void (written += Buffer.from(bytes).toString('latin1'));
  open = await openPtyPhone(options, { onAt });
}
const probe = (): Promise<Findings> =>
  probePhone({ transport: createSerialTransport(systemClock, atPort(), 115_200), clock: systemClock });

/** Runs the command as a person does. */
function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const cwd = resolve(import.meta.dirname, '../..');
    execFile(process.execPath, ['tools/phone-probe.ts', ...args], { cwd }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr });
    });
  });
}

describe('npm run phone:probe', () => {
  it('drafts the profile of a JH-5 as we know it, dials nothing and sets everything back', async () => {
    await plug();
    const { code, stdout } = await run('--port', atPort(), '--json');
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as { profile: unknown; questions: string[]; line: unknown };
    const known = loadProfiles('resources/devices').find(({ id }) => id === 'jinhu-jh5');
    const { init, hangUp, iccid, pinCounter, slots, sound, match, simulatedRevision } = known ?? {};
    expect(report.profile).toMatchObject({ init, hangUp, iccid, pinCounter, slots, sound, match, simulatedRevision });
    expect(report.line).toMatchObject({ echo: true, echoAfterE0: false, before: 'CR LF', behind: 'CR LF' });
    expect(report.questions.length).toBeGreaterThan(0);
    expect(open.sim.calls).toHaveLength(0);
    expect(written).not.toMatch(/ATD|ATA|ATH|CPIN=/);
    expect(written.endsWith('AT+CMEE=0\rATE1\r')).toBe(true);
  });

  it('drafts the two SIM stacks of a JH-5D as we know them', async () => {
    await plug({ shape: 'dsds' });
    const { profile, questions } = draftProfile(await probe());
    const known = loadProfiles('resources/devices').find(({ id }) => id === 'jinhu-jh5');
    expect(profile.stacks).toEqual(known?.stacks);
    expect(profile.slots).toBeNull();
    expect(questions.join()).toContain('stacks.reportMark');
    expect(written).not.toMatch(/JHSIM=\d|JHSLOT=\d/);
  });

  it.each<[string, NonNullable<SimulatedPhoneOptions['modem']>, object]>([
    ['no echo, bare CR', { echo: 'never', framing: 'cr' }, { echo: false, before: 'nothing', behind: 'CR' }],
    ['an echo that stays, doubled CR', { echo: 'always', framing: 'cr-cr-lf' }, { echo: true, echoAfterE0: true }],
    ['reports inside answers, a data bearer', { urcsInsideAnswers: true, packetBearer: true }, { echo: true }],
  ])('knows the phone of another make: %s', async (_name, modem, line) => {
    await plug({ modem });
    const findings = await probe();
    expect(findings.line).toMatchObject(line);
    const { profile } = draftProfile(findings);
    const told = { manufacturer: findings.manufacturer, model: findings.model };
    expect(told).toEqual({ manufacturer: 'Jinhu', model: 'JH-5 SIM' });
    const generic = loadProfiles('resources/devices').filter(({ id }) => id === 'generic-27007');
    expect(matchProfile([profile, ...generic], told).id).toBe(profile.id);
    expect(profile.iccid).toEqual(['AT+CCID', 'AT+ICCID']);
  });

  it('says in the words of the window that a port is in use, not there, or not a phone', async () => {
    await plug();
    const holder = createSerialTransport(systemClock, atPort(), 115_200);
    await holder.open();
    const busy = await run('--port', atPort());
    await holder.close();
    expect(busy).toMatchObject({ code: 1, stdout: '' });
    expect(busy.stderr).toContain(`话机端口 ${atPort()} 被其他程序占用`);
    const missing = await run('--port', `${atPort()}-gone`);
    expect(missing.stderr).toMatch(/找不到话机端口[\s\S]*phone\.port-missing/);
    const sound = await run('--port', open.ptys.modems[0]?.pcm ?? '');
    expect(sound.stderr).toMatch(/不是话机[\s\S]*phone\.not-a-phone/);
    expect((await run()).code).toBe(2);
  });
});
