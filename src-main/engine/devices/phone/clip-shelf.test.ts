import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { DataModem } from '#tests/support/data-modem.ts';
import { pass, settle } from '#tests/support/scripted-modem.ts';
import { AtSession } from '../at/at-session.ts';
import { loadProfiles } from '../profiles/load-profiles.ts';
import type { ClipsProfile } from '../profiles/profile.ts';
import { clipFileOf, xor16 } from './clip-file.ts';
import { ClipShelf } from './clip-shelf.ts';

const quectel = loadProfiles('resources/devices').find(({ id }) => id === 'quectel-ec2x');
const clips = quectel?.clips as ClipsProfile;
const opener = new Int16Array(8000).fill(300);
const { hash, bytes } = clipFileOf(opener);

let clock: ManualClock;
let modem: DataModem;
let session: AtSession;
let shelf: ClipShelf;
let free: boolean;
let wanted: Int16Array | null;
/** Path and size, as the phone lists them. */
let files: [path: string, size: number][];
let states: (string | null)[];

const open = (): void => {
  session = new AtSession({ transport: modem, clock, logger: silentLogger, minGapMs: 0 });
};
const uploads = (): string[] => modem.lines.filter((line) => line.startsWith('AT+QFUPL'));
const removed = (): (string | undefined)[] =>
  modem.lines.flatMap((line) => (line.startsWith('AT+QFDEL') ? [/UFS:([^"]*)/.exec(line)?.[1]] : []));

beforeEach(() => {
  clock = new ManualClock();
  modem = new DataModem();
  free = true;
  wanted = opener;
  files = [];
  states = [];
  modem.answer = (line) =>
    line.startsWith('AT+QFLST') ? [...files.map(([path, size]) => `+QFLST: "${path}",${size}`), 'OK'] : ['OK'];
  modem.result = (sent) => `+QFUPL: ${sent.length},${xor16(sent).toUpperCase()}`;
  open();
  shelf = new ClipShelf({
    clock,
    logger: silentLogger,
    clip: () => wanted,
    line: () => ({ session, clips }),
    free: () => free,
    changed: () => states.push(shelf.state),
  });
});

describe('the openers in a phone', () => {
  it('goes over whole, as WAV, under a name by its sound', async () => {
    expect(shelf.state).toBe('waiting');
    expect(() => shelf.nameOf(opener)).toThrow('opener.not-in-phone');
    shelf.look();
    await settle();
    expect(Buffer.from(modem.data)).toEqual(Buffer.from(bytes));
    expect(uploads()).toEqual([`AT+QFUPL="UFS:${shelf.nameOf(opener)}",${bytes.length},1`]);
    expect(shelf.nameOf(new Int16Array(opener))).toMatch(new RegExp(`^jh-[0-9a-z]+-${hash}\\.wav$`));
    expect([shelf.state, states]).toEqual(['stored', ['stored']]);
  });

  it('that is there already is taken as it is, half of it is put there anew', async () => {
    files = [
      [`UFS:jh-1-${hash}.wav`, 100],
      [`UFS:jh-2-${hash}.wav`, bytes.length],
    ];
    shelf.look();
    await settle();
    expect([uploads(), removed(), shelf.nameOf(opener)]).toEqual([[], [], `jh-2-${hash}.wav`]);

    open();
    files = [[`UFS:jh-1-${hash}.wav`, 100]];
    shelf.look();
    await settle();
    expect([uploads().length, removed()]).toEqual([1, [`jh-1-${hash}.wav`]]);
  });

  it('makes room by the oldest of ours, and never by a file that is not', async () => {
    const other = '0123456789ab';
    files = [
      ['UFS:family.wav', 9],
      [`UFS:xjh-1-${other}.wav`, 9],
      [`UFS:jh-z-${other}.wav`, 9],
      [`UFS:jh-10-${other}.wav`, 9],
    ];
    modem.instead = ['+CME ERROR: 403'];
    shelf.look();
    await settle();
    expect(removed()).toEqual([`jh-z-${other}.wav`, `jh-10-${other}.wav`]);
    expect([shelf.state, shelf.problem?.code]).toEqual(['failed', 'opener.phone-full']);
    const tries = uploads().length;
    shelf.look();
    await settle();
    expect(uploads()).toHaveLength(tries);

    // A shorter one may fit.
    modem.instead = null;
    wanted = new Int16Array(800);
    shelf.look();
    await settle();
    expect(shelf.state).toBe('stored');
  });

  it('that arrives spoiled is taken away, and after three times the phone is given up until it comes back', async () => {
    modem.result = (sent) => `+QFUPL: ${sent.length},ffff`;
    shelf.look();
    await pass(clock, 100);
    expect([uploads().length, removed().length, shelf.state]).toEqual([3, 3, 'failed']);
    expect(() => shelf.nameOf(opener)).toThrow('opener.not-in-phone');
    modem.result = (sent) => `+QFUPL: ${sent.length},${xor16(sent)}`;
    open();
    shelf.look();
    await settle();
    expect(shelf.state).toBe('stored');
  });

  it('is never begun in a call, and what a call has broken off is no fault of the phone', async () => {
    free = false;
    shelf.look();
    await settle();
    expect(modem.lines).toEqual([]);
    for (let calls = 0; calls < 5; calls += 1) {
      free = true;
      modem.stuck = true;
      shelf.look();
      await settle();
      free = false;
      const dial = session.send({ text: 'ATD15400000137;', priority: 'call' });
      await pass(clock, 1_010);
      modem.giveUp();
      modem.letGo();
      await pass(clock, 700);
      await dial;
    }
    expect([uploads().length, shelf.state]).toEqual([5, 'waiting']);
    free = true;
    shelf.look();
    await settle();
    expect(shelf.state).toBe('stored');
  });

  it('a phone that knows no list and no upload costs three tries', async () => {
    modem.answer = () => ['ERROR'];
    modem.instead = ['ERROR'];
    shelf.look();
    await settle();
    expect([uploads().length, shelf.state]).toEqual([3, 'failed']);
  });

  it('nothing is put there where no opener is chosen', async () => {
    wanted = null;
    shelf.look();
    await settle();
    expect([modem.lines, shelf.state]).toEqual([[], null]);
  });
});

it('the checksum is that of the maker: 16-bit words, high byte first, an odd byte as a high one', () => {
  expect([xor16(Buffer.from('abc')), xor16(new Uint8Array(0))]).toEqual(['0262', '0000']);
});
