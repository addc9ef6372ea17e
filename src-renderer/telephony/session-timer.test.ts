import { describe, expect, it } from 'vitest';
import {
  dueMs,
  headersOfAnswer,
  headersOfRequest,
  leastInterval,
  retryMs,
  timerOfAnswer,
  timerOfRequest,
  type Headers,
} from './session-timer.ts';

const message = (headers: Readonly<Record<string, string>>): Headers => ({
  getHeaders: (name) => (headers[name] === undefined ? [] : [headers[name]]),
});
const asks = (value: string, supported = 'timer, replaces'): Headers =>
  message({ 'session-expires': value, supported });

describe('the answer to our INVITE', () => {
  it.each([
    ['1800;refresher=uac', { seconds: 1800, refresher: 'us' }],
    ['1800 ; refresher=UAS', { seconds: 1800, refresher: 'them' }],
    ['90', { seconds: 90, refresher: 'us' }],
    ['90;other=1;refresher=uas', { seconds: 90, refresher: 'them' }],
  ] as const)('%s', (value, timer) => {
    expect(timerOfAnswer(message({ 'session-expires': value }))).toEqual(timer);
    expect(timerOfAnswer(message({ x: value }))).toEqual(timer);
  });

  it.each(['', '0;refresher=uac', '-5', 'soon', '9999999999', '90s'])('%j is no timer', (value) => {
    expect(timerOfAnswer(message({ 'session-expires': value }))).toBeNull();
  });

  it('without the header ends the timer', () => expect(timerOfAnswer(message({}))).toBeNull());
});

describe('an INVITE of theirs', () => {
  const ours = { seconds: 600, refresher: 'us' } as const;
  const theirs = { seconds: 600, refresher: 'them' } as const;

  it.each([
    ['1800;refresher=uac', null, { seconds: 1800, refresher: 'them' }, 'uac'],
    ['1800;refresher=uas', theirs, { seconds: 1800, refresher: 'us' }, 'uas'],
    ['1800', null, { seconds: 1800, refresher: 'them' }, 'uac'],
    ['1800', ours, { seconds: 1800, refresher: 'us' }, 'uas'],
  ] as const)('%s after %j', (value, before, timer, refresher) => {
    expect(timerOfRequest(asks(value), before)).toEqual(timer);
    expect(headersOfAnswer(asks(value), timer)).toEqual([
      `Session-Expires: 1800;refresher=${refresher}`,
      'Require: timer',
    ]);
  });

  it('of a phone that knows no timers, where a proxy asks: we refresh, and require nothing of it', () => {
    const invite = asks('1800;refresher=uac', 'replaces');
    const timer = timerOfRequest(invite, null);
    expect(timer).toEqual({ seconds: 1800, refresher: 'us' });
    expect(headersOfAnswer(invite, timer)).toEqual(['Session-Expires: 1800;refresher=uas']);
  });

  it('that says nothing leaves a timer as it is where the other side knows of it', () => {
    const able = message({ supported: 'timer' });
    expect(timerOfRequest(able, theirs)).toEqual(theirs);
    expect(headersOfAnswer(able, theirs)).toEqual(['Session-Expires: 600;refresher=uac', 'Require: timer']);
    expect(timerOfRequest(able, null)).toBeNull();
    expect(headersOfAnswer(able, null)).toEqual([]);
  });

  it('… and nothing is expected of one that does not, but ours go on', () => {
    const unable = message({});
    expect(timerOfRequest(unable, theirs)).toBeNull();
    expect(timerOfRequest(unable, ours)).toEqual(ours);
    expect(headersOfAnswer(unable, ours)).toEqual([]);
  });
});

describe('our re-INVITE', () => {
  it.each([
    [{ seconds: 1800, refresher: 'us' }, 0, ['Session-Expires: 1800;refresher=uac']],
    [{ seconds: 1800, refresher: 'them' }, 0, ['Session-Expires: 1800;refresher=uas']],
    [{ seconds: 4, refresher: 'us' }, 0, ['Session-Expires: 90;refresher=uac']],
    [{ seconds: 90, refresher: 'us' }, 200, ['Session-Expires: 200;refresher=uac', 'Min-SE: 200']],
  ] as const)('%j, at least %i s', (timer, least, headers) => {
    expect(headersOfRequest(timer, least)).toEqual(headers);
  });

  it('says nothing where there is no timer', () => expect(headersOfRequest(null, 200)).toEqual([]));
});

it('a 422 says what would be taken', () => {
  expect(leastInterval(message({ 'min-se': '180' }))).toBe(180);
  expect(leastInterval(message({}))).toBeNull();
});

it.each([
  ['us', 1800, 900_000],
  ['us', 90, 45_000],
  ['us', 1, 2_000],
  ['them', 1800, 1_768_000],
  ['them', 90, 60_000],
  ['them', 4, 60_000],
] as const)('%s, %i s: due after %i ms', (refresher, seconds, ms) => expect(dueMs({ seconds, refresher })).toBe(ms));

it.each([
  [90, 11_250],
  [4, 2_000],
  [1800, 30_000],
])('%i s: a refresh that failed is tried again after %i ms', (seconds, ms) =>
  expect(retryMs({ seconds, refresher: 'us' })).toBe(ms),
);
