import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type { CloudCall, CloudCallee, CloudSession } from '#shared/cloud-contract/contract.ts';
import { mostDialsPerNumber } from '#shared/domain/call-rules.ts';
import { rowsSeenBy } from '../../testing/read-stream.ts';
import { makeCall, pushCall, startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';
import { calleeKey, forgetCallees } from './callees.ts';

const hourMs = 60 * 60_000;
const noon = Date.UTC(2026, 10, 23, 4, 0, 0);
let cloud: TestCloud;
let clock: ManualClock;
/** Two agents of two departments. */
let chen: CloudSession;
let lin: CloudSession;
beforeAll(async () => {
  clock = new ManualClock(noon);
  cloud = await startTestCloud({ clock });
  [chen, lin] = await Promise.all([cloud.signIn('chen'), cloud.signIn('lin')]);
}, 60_000);
afterAll(() => cloud.close());

const dial = (by: CloudSession, number: string, startedAt: number, change: Partial<CloudCall> = {}): CloudCall =>
  makeCall(by.employee.id, { number, startedAt, endCause: null, answeredAt: null, endedAt: null, talkMs: null, ...change }); // prettier-ignore
const told = async (to: CloudSession, number: string): Promise<CloudCallee | undefined> =>
  (await rowsSeenBy<CloudCallee>(cloud, to, 'callee')).find(({ key }) => key === calleeKey(number));
const entriesOf = async (id = ''): Promise<number> =>
  (await cloud.asOwner.selectFrom('change').select('seq').where('type', '=', 'callee').where('entityId', '=', id).execute()).length; // prettier-ignore

describe('what the company has with a number', () => {
  it('has the key by which desks look for it', () => {
    // The same line stands in the desk's test.
    expect(calleeKey('+8615400000137')).toBe('98YvQ7C6zWYTKkLu9OQlk9');
  });

  it('is told to every desk with the dial, once, and not with what follows', async () => {
    const number = '+8615400006001';
    const [first, second] = [dial(chen, number, noon - 2000), dial(lin, number, noon - 1000)];
    await pushCall(cloud, chen, first);
    expect(await told(lin, number)).toMatchObject({ dials: [noon - 2000], verdict: null });
    await pushCall(cloud, lin, second);
    const now = await told(chen, number);
    expect(now?.dials).toEqual([noon - 1000, noon - 2000]);
    await pushCall(cloud, chen, { ...first, rev: 2, endCause: 'no-answer', endedAt: noon, note: 'nobody there' });
    expect(await entriesOf(now?.id)).toBe(2);
    expect(JSON.stringify(now)).not.toContain('6001');
  });

  it('leaves out what never left a desk, what was further back than a day, and who called us', async () => {
    const number = '+8615400006002';
    const failed = dial(chen, number, noon - 2000);
    await pushCall(cloud, chen, failed);
    await pushCall(cloud, chen, { ...failed, rev: 2, endCause: 'refused-by-device' });
    await pushCall(cloud, chen, dial(chen, number, noon - 24 * hourMs));
    await pushCall(cloud, chen, dial(chen, number, noon - 10, { direction: 'inbound' }));
    expect(await told(lin, number)).toMatchObject({ dials: [] });
    await pushCall(cloud, chen, dial(chen, '+8615400006003', noon, { direction: 'inbound' }));
    expect(await told(lin, '+8615400006003')).toBeUndefined();
  });

  it('is a refusal from the call in which it was said until a later call says otherwise, whoever has it', async () => {
    const number = '+8615400006004';
    const call = dial(chen, number, noon - 3000, { endCause: 'remote-hang-up' });
    await pushCall(cloud, chen, { ...call, outcome: 'call-again' });
    expect(await told(lin, number)).toMatchObject({ verdict: null });
    await pushCall(cloud, chen, { ...call, rev: 2, outcome: 'do-not-call' });
    expect(await told(lin, number)).toMatchObject({ verdict: { at: noon - 3000, refused: true } });
    await pushCall(cloud, lin, dial(lin, number, noon - 1000, { direction: 'inbound', outcome: 'interested' }));
    expect(await told(chen, number)).toMatchObject({ verdict: { at: noon - 1000, refused: false } });
  });

  it('is not decided by the clock of a desk that is ahead: neither who was the last to say something, nor what was dialled', async () => {
    const number = '+8615400006012';
    const ahead = noon + 20 * 60_000;
    await pushCall(cloud, lin, dial(lin, number, ahead, { endCause: 'remote-hang-up', outcome: 'call-again' }));
    // The dials count from when they came.
    for (const n of [1, 2]) {
      clock.jumpWall(n);
      const call = dial(lin, number, ahead + n);
      await pushCall(cloud, lin, call);
      await pushCall(cloud, lin, { ...call, rev: 2, endCause: 'no-answer' });
    }
    expect((await told(chen, number))?.dials).toEqual([noon + 3, noon + 1, noon]);
    clock.jumpWall(10 * 60_000);
    const refused = dial(chen, number, noon + 9 * 60_000, { endCause: 'remote-hang-up', outcome: 'do-not-call' });
    await pushCall(cloud, chen, refused);
    // Told to be behind what the desk with that clock has itself.
    expect(await told(lin, number)).toMatchObject({ verdict: { at: ahead + 1, refused: true } });
    expect((await told(lin, number))?.dials).toEqual([refused.startedAt, noon + 3, noon + 1, noon]);
    clock.jumpWall(-10 * 60_000 - 3);
  });

  it('is taken back with the word that said it, whatever else the call says then', async () => {
    const number = '+8615400006008';
    const call = dial(chen, number, noon - 3000, { endCause: 'remote-hang-up', outcome: 'do-not-call' });
    await pushCall(cloud, chen, call);
    expect(await told(lin, number)).toMatchObject({ verdict: { refused: true } });
    await pushCall(cloud, chen, { ...call, rev: 2, outcome: null, note: 'pressed by mistake' });
    expect(await told(lin, number)).toMatchObject({ dials: [noon - 3000], verdict: null });
  });

  it('is taken back in a call of theirs, too', async () => {
    const number = '+8615400006011';
    const call = dial(chen, number, noon - 3000, {
      direction: 'inbound',
      endCause: 'remote-hang-up',
      outcome: 'do-not-call',
    });
    await pushCall(cloud, chen, call);
    expect(await told(lin, number)).toMatchObject({ verdict: { refused: true } });
    await pushCall(cloud, chen, { ...call, rev: 2, outcome: null });
    expect(await told(lin, number)).toMatchObject({ dials: [], verdict: null });
  });

  it('has of many dials the last ones of the day', async () => {
    const number = '+8615400006009';
    const starts = Array.from({ length: mostDialsPerNumber + 3 }, (_, n) => noon - (n + 1) * 1000);
    for (const startedAt of starts.toReversed()) await pushCall(cloud, chen, dial(chen, number, startedAt));
    expect((await told(lin, number))?.dials).toEqual(starts.slice(0, mostDialsPerNumber));
  });

  it('counts all of many desks that dial the same few numbers crosswise, and holds up none of them', async () => {
    const numbers = [1, 2, 3].map((n) => `+861540000610${n}`);
    const rows = Array.from({ length: 24 }, (_, n) => {
      const by = n % 2 === 0 ? chen : lin;
      // Every third says something as well, and takes the way of several statements.
      const change = n % 3 === 0 ? { endCause: 'remote-hang-up', outcome: 'interested' } as const : {};
      return { by, row: dial(by, numbers[(n * 7) % 3] ?? '', noon - 5000 - n, change) };
    }); // prettier-ignore
    await Promise.all(rows.map(({ by, row }) => pushCall(cloud, by, row)));
    for (const number of numbers) {
      const dials = rows.filter(({ row }) => row.number === number).map(({ row }) => row.startedAt);
      expect((await told(lin, number))?.dials).toEqual(dials.toSorted((a, b) => b - a).slice(0, mostDialsPerNumber));
    }
  });

  it('counts both of two calls that are told at the same moment', async () => {
    const number = '+8615400006005';
    const calls = [chen, lin].flatMap((by) => [1, 2].map((n) => ({ by, row: dial(by, number, noon - n * 10 - (by === lin ? 5 : 0)) }))); // prettier-ignore
    await Promise.all(calls.map(({ by, row }) => pushCall(cloud, by, row)));
    expect((await told(chen, number))?.dials.toSorted()).toEqual(calls.map(({ row }) => row.startedAt).toSorted());
  });

  it('is forgotten when it has not been dialled for a day; a refusal never', async () => {
    const [idle, refusing] = ['+8615400006006', '+8615400006007'];
    await pushCall(cloud, chen, dial(chen, idle, noon - 10));
    await pushCall(cloud, chen, dial(chen, refusing, noon - 10, { endCause: 'no-answer', outcome: 'do-not-call' }));
    const { db } = cloud.deps;
    clock.advance(24 * hourMs + 1);
    await Promise.all([1, 2].map(() => forgetCallees({ db, clock }, chen.company.id)));
    [chen, lin] = await Promise.all([cloud.signIn('chen'), cloud.signIn('lin')]);
    expect(await told(lin, idle)).toBeUndefined();
    expect(await told(lin, refusing)).toMatchObject({ verdict: { refused: true } });
    await pushCall(cloud, lin, dial(lin, idle, clock.now()));
    expect(await told(chen, idle)).toMatchObject({ dials: [clock.now()] });
  });
});
