import { describe, expect, it } from 'vitest';
import { callStates, endCauses } from '#shared/domain/vocabulary.ts';
import type { RecordingReceipt } from '#shared/desk-contract/areas/calls.ts';
import en from '../locales/en.json' with { type: 'json' };
import zh from '../locales/zh-CN.json' with { type: 'json' };
import { aCall } from './testing/a-call.ts';
import { canStillCutIn, hearsAgent, receiptBadges, stateKey, stateTone, whoKey } from './call-words.ts';

/** The files hold what stands under `calls`. */
const lookUp = (words: unknown, key: string): unknown =>
  key
    .replace('calls.', '')
    .split('.')
    .reduce<unknown>((at, part) => (at && typeof at === 'object' ? Reflect.get(at, part) : undefined), words);

describe('words for a call', () => {
  it('has a text in both languages for every state and every reason', () => {
    const keys = [
      ...callStates.map((state) => stateKey({ state, endCause: null, answeredAt: null, direction: 'outbound' })),
      ...endCauses.flatMap((endCause) => [
        stateKey({ state: 'ended', endCause, answeredAt: null, direction: 'outbound' }),
        stateKey({ state: 'ended', endCause, answeredAt: null, direction: 'inbound' }),
        stateKey({ state: 'ended', endCause, answeredAt: 1, direction: 'outbound' }),
      ]),
    ];
    for (const key of keys) {
      expect(lookUp(zh, key), `zh-CN ${key}`).toBeTypeOf('string');
      expect(lookUp(en, key), `en ${key}`).toBeTypeOf('string');
    }
  });

  it('tells a call that was cancelled from one that was hung up', () => {
    const cause = { state: 'ended', endCause: 'local-hang-up' } as const;
    expect(stateKey({ ...cause, answeredAt: null, direction: 'outbound' })).toBe('calls.ended.cancelled');
    expect(stateKey({ ...cause, answeredAt: 1, direction: 'outbound' })).toBe('calls.ended.local-hang-up');
    expect(stateKey({ ...cause, answeredAt: null, direction: 'inbound' })).toBe('calls.ended.declined');
    expect(stateKey({ ...cause, endCause: 'remote-hang-up', answeredAt: null, direction: 'inbound' })).toBe(
      'calls.ended.missed',
    );
  });

  it('tells a call that a network broke off from one that never came about', () => {
    const cause = { state: 'ended', endCause: 'network-failure', direction: 'outbound' } as const;
    expect(stateKey({ ...cause, answeredAt: null })).toBe('calls.ended.network-failure');
    expect(stateKey({ ...cause, answeredAt: 1 })).toBe('calls.ended.network-lost');
  });

  it('colours what went wrong on our side, and not a customer who did not pick up', () => {
    expect(stateTone({ state: 'ended', endCause: 'device-lost', answeredAt: 1 })).toBe('bad');
    expect(stateTone({ state: 'ended', endCause: 'no-answer', answeredAt: null })).toBe('warn');
    expect(stateTone({ state: 'ended', endCause: 'remote-hang-up', answeredAt: 1 })).toBe('ok');
    expect(stateTone({ state: 'active', endCause: null, answeredAt: 1 })).toBe('live');
  });
});

describe('the receipt of a recording', () => {
  const fine: RecordingReceipt = {
    recordingId: '01890000-0000-7000-8000-000000000003',
    state: 'uploaded',
    durationMs: 9000,
    bytes: 1,
    sha256: 'x',
    fileExists: true,
    lengthMatches: true,
    customerHeard: true,
    agentHeard: true,
    problem: null,
    local: true,
  };

  it('is one calm badge when all is well', () => {
    expect(receiptBadges(fine)).toEqual([{ key: 'calls.receipt.state.uploaded', tone: 'ok' }]);
  });

  it('names each check that failed in red, and none that is not known yet', () => {
    const badges = receiptBadges({ ...fine, state: 'sealed', agentHeard: false, lengthMatches: null });
    expect(badges.map((badge) => badge.tone)).toEqual(['ok', 'bad']);
    expect(badges[1]?.key).toBe('calls.receipt.failed.agentHeard');
    expect(receiptBadges({ ...fine, state: 'lost' })[0]?.tone).toBe('bad');
  });

  it('has words for every badge', () => {
    const all = (['recording', 'sealed', 'uploading', 'uploaded', 'damaged', 'lost'] as const).flatMap((state) =>
      receiptBadges({
        ...fine,
        state,
        fileExists: false,
        lengthMatches: false,
        customerHeard: false,
        agentHeard: false,
      }),
    );
    for (const { key } of all) {
      expect(lookUp(zh, key), key).toBeTypeOf('string');
      expect(lookUp(en, key), key).toBeTypeOf('string');
    }
  });
});

describe('切入', () => {
  const opener = { openerId: 'x', name: '九月', text: '', durationMs: 18_000, startedAt: 1, heardMs: 0 };
  const live = (state: 'waiting' | 'playing' | 'finished' | 'cut-in' | 'failed') =>
    aCall({ state: 'active', answeredAt: 1, opener: { ...opener, state } });

  it('is offered while the microphone is shut: during the opener and after its end', () => {
    expect(canStillCutIn(live('playing'))).toBe(true);
    expect(canStillCutIn(live('finished'))).toBe(true);
  });

  it('is offered once, and only in a live call', () => {
    expect(canStillCutIn({ ...live('finished'), cutInMs: 3200 })).toBe(false);
    expect(canStillCutIn(live('cut-in'))).toBe(false);
    expect(canStillCutIn(live('failed'))).toBe(false);
    expect(canStillCutIn({ ...live('playing'), state: 'ended' })).toBe(false);
    expect(canStillCutIn(aCall({ state: 'active' }))).toBe(false);
  });

  it('before it, on hold and muted the customer is not meant to hear the microphone', () => {
    for (const state of ['waiting', 'playing', 'finished'] as const) expect(hearsAgent(live(state))).toBe(false);
    expect(hearsAgent({ ...live('cut-in'), cutInMs: 3200 })).toBe(true);
    expect(hearsAgent(live('failed'))).toBe(true);
    expect(hearsAgent({ ...live('cut-in'), muted: true })).toBe(false);
    expect(hearsAgent({ ...live('cut-in'), state: 'held' })).toBe(false);
    expect(hearsAgent(aCall({ state: 'alerting' }))).toBe(false);
    expect(hearsAgent(aCall({ state: 'active' }))).toBe(true);
  });
});

describe('a call that was transferred', () => {
  it.each([
    ['sent', 'calls.ended.transferred'],
    ['received', 'calls.ended.put-through'],
  ] as const)('is told by that, not by who hung up (%s)', (role, key) => {
    const over = { state: 'ended', answeredAt: 1, endCause: 'local-hang-up' } as const;
    const transferred = { role, number: '8002' };
    expect(stateKey(aCall({ ...over, transferred }))).toBe(key);
    expect(stateKey(aCall({ state: 'active', transferred }))).toBe('calls.state.active');
    for (const words of [zh, en]) expect(lookUp(words, key)).toBeTypeOf('string');
  });
});

it.each([
  ['8002', 'sip', 'calls.extension'],
  ['8002', 'desk-phone', 'calls.unknownCustomer'],
  ['95588', 'sip', 'calls.unknownCustomer'],
  ['+8615400000137', 'sip', 'calls.unknownCustomer'],
] as const)('%s over %s is %s', (number, channel, key) => {
  expect(whoKey(aCall({ number, channel }))).toBe(key);
});
