import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { frameSamples, type AgentVoice, type CallSound, type SoundFrame } from '#shared/domain/call-channel.ts';
import { createDeskPhone, loadProfiles, SoundCardLink, type DeskPhone } from '#engine/devices/index.ts';
import { createSimulatedPhone, type SimulatedPhone, type SimulatedPhoneOptions } from '#simulator/phone/phone.ts';
import type { PhoneProfile } from '#engine/devices/index.ts';
import { openCardWindow, type CardWindow } from '#tests/support/card-window.ts';
import { freshPhoneRules } from '#tests/support/phone-rules.ts';
import { answering } from '#tests/support/pty-phone.ts';
import { pass } from '#tests/support/scripted-modem.ts';
import { need } from './phone-rig.ts';

/** A phone that is a sound card, in virtual time: the driver, the engine's link to a window, a window that carries frames. */
const number = '15400000137';
const [customer, handset, headset, opener] = [1111, 2222, 3333, 4444];
const level = (value: number, seconds: number): Int16Array => new Int16Array(seconds * 8000).fill(value);
const voices = new Map([
  ['customer', level(customer, 60)],
  ['agent-talk', level(handset, 60)],
]);
const speaking: AgentVoice = { next: () => new Int16Array(frameSamples).fill(headset) };

let desk: Desk;
afterEach(() => desk.phone.dispose());

interface Desk {
  readonly clock: ManualClock;
  readonly sim: SimulatedPhone;
  readonly link: SoundCardLink;
  readonly phone: DeskPhone;
  readonly said: string[];
  voice: AgentVoice | null;
  window(peer?: string): CardWindow;
}

function open(
  options: Partial<SimulatedPhoneOptions> = {},
  profiles: readonly PhoneProfile[] = loadProfiles('resources/devices'),
): Desk {
  const clock = new ManualClock();
  const sim = createSimulatedPhone({ clock, random: () => 0.5, shape: 'mux', make: 'jh5u', voices, ...options });
  sim.farParty(number).behaviour = answering(1000, 'customer');
  const link = new SoundCardLink({ clock, logger: silentLogger });
  const context = { clock, newId: () => 'id', logger: silentLogger, dataDir: '/nowhere' };
  const rules = freshPhoneRules();
  const card = need(sim.modems[0], 'modem').pcm;
  const phone = createDeskPhone({
    context,
    profiles,
    rules,
    loopback: sim.loopback(),
    soundCard: link,
    voice: () => desk.voice,
  });
  const said: string[] = [];
  phone.trace.onLine(({ direction, text }) => direction === 'sent' && said.push(text));
  const made: Desk = {
    clock,
    sim,
    link,
    phone,
    said,
    voice: null,
    window: (peer = 'w1') => openCardWindow(link, peer, card),
  };
  return made;
}

async function call(): Promise<CallSound> {
  desk.link.setInCall(true);
  await desk.phone.dial({ callId: 'c1', dialString: number, slot: 1 });
  await pass(desk.clock, 2_000, 10);
  return need(desk.phone.sound('c1'), 'sound of the call');
}
async function hangUp(): Promise<void> {
  await desk.phone.hangUp('c1');
  await pass(desk.clock, 2_000, 10);
  desk.link.setInCall(false);
  await pass(desk.clock, 500, 10);
}
const ready = async (): Promise<void> => {
  desk.phone.connect({ kind: 'demo' });
  await pass(desk.clock, 4_000, 20);
  expect(desk.phone.obstacle(1)).toBeNull();
};
const heard = (from = 0): Set<number> => new Set(desk.sim.farParty(number).heard.samples.slice(from));
const heardLength = (): number => desk.sim.farParty(number).heard.samples.length;

/** What a recording would have from now on. */
function record(sound: CallSound): SoundFrame[] {
  const frames: SoundFrame[] = [];
  sound.onFrame((frame) => frames.push(frame));
  return frames;
}
const sides = (frames: readonly SoundFrame[]): [Set<number>, Set<number>] => [
  new Set(frames.flatMap(({ customer: side }) => [...side])),
  new Set(frames.flatMap(({ agent }) => [...agent])),
];

describe('a phone that is a sound card of the PC', () => {
  it('without a window it dials and says why it has no sound; a window is taken up by itself', async () => {
    desk = open();
    await ready();
    expect(desk.phone.state.problem).toMatchObject({
      code: 'phone.no-sound',
      details: { cause: 'sound-card.away', cardNoWindow: 'JH-5U USB Audio' },
    });
    const window = desk.window();
    await pass(desk.clock, 500, 20);
    expect(desk.phone.state.problem).toBeNull();
    expect(desk.phone.state.device?.ports).toEqual(['演示话机 at1', 'JH-5U USB Audio (1d6b:0104)']);
    expect(window.state()).toMatchObject({ serving: true, active: false, wanted: { inputs: ['JH-5U USB Audio'] } });
    window.close();
    await pass(desk.clock, 500, 20);
    expect(desk.phone.state.problem?.code).toBe('phone.no-sound');
    expect(desk.phone.obstacle(1)).toBeNull();
  });

  it('handset: the customer hears the opener over the card, and from the cut-in on the handset', async () => {
    desk = open();
    desk.window();
    await ready();
    const sound = await call();
    const frames = record(sound);
    const playback = await sound.play(level(opener, 30));
    await pass(desk.clock, 1_000, 10);
    expect(heard()).toContain(opener);
    const cutIn = playback.cutIn();
    await pass(desk.clock, 500, 10);
    await cutIn;
    const from = heardLength();
    await pass(desk.clock, 1_000, 10);
    expect(heard(from)).toEqual(new Set([handset]));
    const [left, right] = sides(frames);
    expect(left).toEqual(new Set([customer]));
    expect(right).toEqual(new Set([0, opener]));
    expect(sound.route).toBe('handset');
  });

  it('headset: opener, then the microphone of the window, without a command; the recording has both sides', async () => {
    desk = open();
    desk.voice = speaking;
    desk.window();
    await ready();
    const sound = await call();
    const playback = await sound.play(level(opener, 30));
    await pass(desk.clock, 1_000, 10);
    const [commands, frames] = [desk.said.length, record(sound)];
    await playback.cutIn();
    await pass(desk.clock, 500, 10);
    const from = heardLength();
    await pass(desk.clock, 1_000, 10);
    expect(heard(from)).toEqual(new Set([headset]));
    expect(desk.said.slice(commands).filter((line) => !line.startsWith('AT+CLCC'))).toEqual([]);
    const [left, right] = sides(frames);
    expect(left).toEqual(new Set([customer]));
    expect(right).toEqual(new Set([opener, headset]));
  });

  it('a window that goes in a call: silence on both sides of the recording, and the next window takes the card up', async () => {
    desk = open();
    desk.voice = speaking;
    const first = desk.window('w1');
    await ready();
    const sound = await call();
    await sound.openVoice();
    await pass(desk.clock, 1_000, 10);
    const frames = record(sound);
    first.close();
    await pass(desk.clock, 1_500, 10);
    expect(desk.link.quality).toMatchObject({ away: true, gaps: 1 });
    expect(desk.phone.state.connection).toBe('ready');
    const away = frames.slice(20, 60);
    expect(sides(away)).toEqual([new Set([0]), new Set([0])]);
    desk.window('w2');
    await pass(desk.clock, 500, 10);
    const from = heardLength();
    frames.length = 0;
    await pass(desk.clock, 1_000, 10);
    expect(heard(from)).toEqual(new Set([headset]));
    expect(sides(frames.slice(10))).toEqual([new Set([customer]), new Set([headset])]);
    const { away: still, gaps, lostMs } = need(desk.link.quality, 'quality');
    expect({ still, gaps }).toEqual({ still: false, gaps: 1 });
    expect(lostMs).toBeGreaterThan(1_400);
    expect(lostMs).toBeLessThan(1_700);
    expect(desk.phone.sound('c1')).toBe(sound);
  });

  it('a second window waits until the first has gone, and what it says of its devices does not count', async () => {
    desk = open();
    const [first, second] = [desk.window('w1'), desk.window('w2')];
    await ready();
    expect([first.state()?.serving, second.state()?.serving]).toEqual([true, false]);
    desk.link.reported('w2', { state: 'away', trouble: 'missing' });
    expect(desk.link.heard('w2', new Uint8Array(640), null)).toBe(false);
    expect(desk.phone.state.problem).toBeNull();
    first.close();
    await pass(desk.clock, 500, 20);
    expect(second.state()?.serving).toBe(true);
    expect(desk.phone.state.problem).toBeNull();
  });

  it('a card that is pulled is told with its name, and once it is back calls have sound again', async () => {
    desk = open();
    desk.window();
    await ready();
    desk.link.reported('w1', { state: 'away', trouble: 'missing' });
    await pass(desk.clock, 300, 20);
    expect(desk.phone.state.problem?.details).toMatchObject({ cardMissing: 'JH-5U USB Audio', trouble: 'missing' });
    expect(desk.said.slice(-2)).toEqual(['AT+JHUPL=0', 'AT+QPCMV=0']);
    desk.link.reported('w1', { state: 'found', input: 'JH-5U USB Audio', output: 'JH-5U USB Audio' });
    await pass(desk.clock, 500, 20);
    expect(desk.phone.state.problem).toBeNull();
    const sound = await call();
    await sound.play(level(opener, 5));
    await pass(desk.clock, 1_000, 10);
    expect(heard()).toContain(opener);
  });

  it('self-test: a tone there and back over the window', async () => {
    desk = open();
    const window = desk.window();
    await ready();
    let delayMs: number | undefined;
    void desk.phone.testSound().then((result) => (delayMs = result?.delayMs));
    await pass(desk.clock, 1_500, 10);
    expect(delayMs).toBeGreaterThan(0);
    expect(window.state()?.active).toBe(false);
    expect(desk.said.at(-1)).toBe('AT+JHLOOP=0');
  });
});

describe('a Quectel modem with USB Audio', () => {
  /** Whose handset cannot be had back in mid-call (decision 7), and which wants its sound before ATD. */
  const quectel = (): readonly PhoneProfile[] =>
    loadProfiles('resources/devices').map((profile) =>
      profile.id === 'quectel-ec2x'
        ? {
            ...profile,
            sound: {
              kind: 'usb-audio' as const,
              inputs: ['AC Interface', 'Quectel'],
              outputs: ['AC Interface', 'Quectel'],
              disable: ['AT+QPCMV=0'],
              enable: ['AT+QPCMV=1,2'],
              enableAt: 'before-dial' as const,
              handset: null,
            },
          }
        : profile,
    );
  const options: Partial<SimulatedPhoneOptions> = { make: 'quectel', modem: { soundOver: 'usb-audio' } };

  it('headset: switched off and on before each call, and has sound in the second one too', async () => {
    desk = open(options, quectel());
    desk.voice = speaking;
    desk.window();
    await ready();
    for (let n = 1; n <= 2; n += 1) {
      const sound = await call();
      await sound.openVoice();
      await pass(desk.clock, 1_000, 10);
      expect(heard()).toContain(headset);
      await hangUp();
    }
    const sounds = desk.said.filter((line) => line.startsWith('AT+QPCMV') || line.startsWith('ATD'));
    expect(sounds.slice(0, 6)).toEqual([
      'AT+QPCMV=0',
      'AT+QPCMV=1,2',
      expect.stringMatching(/^ATD/),
      'AT+QPCMV=0',
      'AT+QPCMV=1,2',
      expect.stringMatching(/^ATD/),
    ]);
  });

  it('handset: the card stays off, the handset works as in any phone, and openers are files of the phone', async () => {
    desk = open(options, quectel());
    desk.window();
    await ready();
    desk.link.setInCall(true);
    await desk.phone.dial({ callId: 'c1', dialString: number, slot: 1 });
    await pass(desk.clock, 2_500, 10);
    expect(desk.phone.sound('c1')).toMatchObject({ route: 'handset', recordable: false });
    expect(heard()).toContain(handset);
    expect(desk.said).not.toContain('AT+QPCMV=1,2');
  });
});
