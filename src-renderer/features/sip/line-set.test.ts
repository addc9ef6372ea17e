import { beforeEach, describe, expect, it } from 'vitest';
import { disposable, type Disposable } from '#shared/base/dispose.ts';
import type { UsedSipAccount } from '#shared/desk-contract/areas/sip.ts';
import type { LineView } from '#renderer/telephony/sip-line.ts';
import { LineSet } from './line-set.ts';

const off: LineView = { phase: 'off', trouble: null, status: null, retryInMs: null, simulated: false };
const account: UsedSipAccount = {
  id: 'north',
  name: '北京线',
  server: 'wss://pbx.example.com',
  domain: 'pbx.example.com',
  user: '8001',
  authUser: null,
  password: 'secret',
  displayName: '',
  callerIds: [],
  stun: [],
  turn: [],
  turnUser: '',
  turnPassword: null,
  dtmf: 'rfc4733',
};
const other: UsedSipAccount = { ...account, id: 'east', name: '上海线', user: '9001', dtmf: 'info' };

let happened: string[];

/** A line as far as the set can see it. */
class FakeLine {
  readonly user: string;
  view = off;
  private readonly listeners = new Set<(view: LineView) => void>();

  constructor(user: string) {
    this.user = user;
    happened.push(`${user} opened`);
  }

  onChange(listener: (view: LineView) => void): Disposable {
    this.listeners.add(listener);
    return disposable(() => void this.listeners.delete(listener));
  }

  become(phase: LineView['phase']): void {
    this.view = { ...this.view, phase };
    for (const listener of this.listeners) listener(this.view);
  }

  start(): void {
    this.become('connecting');
  }

  dispose(): void {
    happened.push(`${this.user} disposed`);
    this.become('off');
  }
}

let lines: LineSet<FakeLine>;

beforeEach(() => {
  happened = [];
  lines = new LineSet<FakeLine>({
    open: ({ user }) => {
      if (user === '') throw new Error('no address');
      return new FakeLine(user);
    },
    hangUp: (id) => happened.push(`${id} hangs up`),
    tell: (id, { phase }) => happened.push(`${id} ${phase}`),
  });
});
const sinceThen = (act: () => void): string[] => {
  happened = [];
  act();
  return happened;
};

describe('the lines of a window', () => {
  it('are one per account, each opened and told of for itself', () => {
    lines.use([account, other]);
    expect(happened).toEqual(['8001 opened', 'north connecting', '9001 opened', 'east connecting']);
    expect(sinceThen(() => lines.find('east')?.become('registered'))).toEqual(['east registered']);
    expect(lines.all).toHaveLength(2);
  });

  it('stay as they are when the engine says the same again, and are told anew', () => {
    lines.use([account, other]);
    lines.find('north')?.become('registered');
    expect(sinceThen(() => lines.use([account, other]))).toEqual(['north registered', 'east connecting']);
  });

  it.each<[string, Partial<UsedSipAccount>]>([
    ['name', { name: '北京' }],
    ['caller IDs', { callerIds: ['15400000001'] }],
    ['way of keys', { dtmf: 'info' }],
  ])('stay as they are with another %s', (_what, change) => {
    lines.use([account]);
    const line = lines.find('north');
    expect(sinceThen(() => lines.use([{ ...account, ...change }]))).toEqual(['north connecting']);
    expect(lines.find('north')).toBe(line);
    expect(lines.dtmfOf('north')).toBe(change.dtmf ?? 'rfc4733');
  });

  it.each<Partial<UsedSipAccount>>([
    { server: 'wss://other.example.com' },
    { password: 'changed' },
    { authUser: 'auth' },
    { stun: ['stun:stun.example.com'] },
    { turn: ['turn:turn.example.com'], turnUser: 'u', turnPassword: 'p' },
  ])('are made anew with %o, after their calls; no other one notices', (change) => {
    lines.use([account, other]);
    const east = lines.find('east');
    expect(sinceThen(() => lines.use([{ ...account, ...change }, other]))).toEqual([
      ...['north hangs up', '8001 disposed', 'north off', '8001 opened', 'north connecting'],
      'east connecting',
    ]);
    expect(lines.find('east')).toBe(east);
  });

  it('go with their account, and what one says on its way out is no news', () => {
    lines.use([account, other]);
    expect(sinceThen(() => lines.use([other]))).toEqual([
      'north hangs up',
      '8001 disposed',
      'north off',
      'east connecting',
    ]);
    expect(lines.find('north')).toBeNull();
    expect(sinceThen(() => lines.use([]))).toEqual(['east hangs up', '9001 disposed', 'east off']);
  });

  it('one that can be no SIP address is off, and keeps no other from its line', () => {
    lines.use([{ ...account, user: '' }, other]);
    expect(happened).toEqual(['north off', '9001 opened', 'east connecting']);
    expect([lines.find('north'), lines.all.length, lines.dtmfOf('east')]).toEqual([null, 1, 'info']);
  });
});
