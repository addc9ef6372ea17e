import { describe, expect, it } from 'vitest';
import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import { eventWords } from './event-words.ts';
import { timelineOf } from './timeline.ts';

const lead = { createdAt: 1, ownerName: '陈晓', claimedAt: null, released: null, notes: [] };
const written = { id: 'n', employeeName: '陈晓', text: '下周再约', event: null, at: 30 };
const happened = (at: number, kind: string) => ({ id: `e${at}`, employeeName: '林可', text: '', event: { kind }, at });

describe('the story of a lead', () => {
  it('is told newest first, of whatever kind', () => {
    const calls = [{ id: 'c', startedAt: 20 }, { id: 'd', startedAt: 40 }] as CallView[]; // prettier-ignore
    const notes = [written, happened(35, 'stage'), happened(25, 'claimed'), happened(26, 'from a newer cloud')];
    const story = timelineOf({ ...lead, claimedAt: 25, notes }, calls);
    expect(story.map((one) => `${one.kind === 'event' ? one.event.kind : one.kind} ${one.at}`)).toEqual([
      'call 40', 'stage 35', 'note 30', 'claimed 25', 'call 20', 'created 1',
    ]); // prettier-ignore
  });

  it('has the calls of others as the lead knows them, and none twice', () => {
    const told = (id: string, at: number, event: object) => ({ id, employeeName: '林可', text: '已报价', at, event: { kind: 'called', ...event } }); // prettier-ignore
    const notes = [
      told('c', 20, { result: 'connected', talkMs: 9000 }),
      told('o', 30, { direction: 'outbound', result: 'no-answer', outcome: 'call-again', outcomeId: 'x' }),
      told('n', 40, { direction: 'sideways', result: 'from a newer cloud', outcome: 'too' }),
    ];
    const [newer, other, own] = timelineOf({ ...lead, notes }, [{ id: 'c', startedAt: 20 }] as CallView[]);
    const nothing = { direction: null, result: null, talkMs: null, outcome: null, outcomeId: null, note: '已报价' };
    expect(newer).toMatchObject({ kind: 'told', by: '林可', told: nothing });
    expect(other).toMatchObject({ kind: 'told', told: { ...nothing, direction: 'outbound', result: 'no-answer', outcome: 'call-again', outcomeId: 'x' } }); // prettier-ignore
    expect(own).toMatchObject({ kind: 'call', id: 'c' });
  });

  it('says how a lead came to be as it is where the cloud has told nothing of it', () => {
    const claimed = timelineOf({ ...lead, claimedAt: 25, notes: [written] }, []);
    expect(claimed).toMatchObject([{ kind: 'note' }, { by: '陈晓', event: { kind: 'claimed' } }, { kind: 'created' }]);
    const released = timelineOf({ ...lead, released: { at: 9, reason: '暂无需求' } }, []);
    expect(released[0]).toMatchObject({ at: 9, event: { kind: 'released', reason: '暂无需求' } });
  });

  it('has words for each thing that happens', () => {
    const t = (key: string, values: object = {}): string => `${key.replace(/^(leads\.timeline|words)\./, '')} ${Object.values(values).join('/')}`.trim(); // prettier-ignore
    const said = (event: object, by = '赵敏'): string => eventWords({ kind: '', ...event }, by, t);
    expect(said({ kind: 'claimed' })).toBe('claimed 赵敏');
    expect(said({ kind: 'released', reason: '没有需求' })).toBe('releasedBy 赵敏/没有需求');
    expect(said({ kind: 'released', reason: 'recycled' })).toBe('recycledFrom 赵敏');
    expect(said({ kind: 'released', reason: 'recycled' }, '')).toBe('released leads.release.recycled');
    expect(said({ kind: 'assigned', to: '陈晓' })).toBe('assigned 赵敏/陈晓');
    expect(said({ kind: 'assigned', to: '陈晓', from: '林可' })).toBe('moved 赵敏/林可/陈晓');
    expect(said({ kind: 'stage', before: 'new', after: 'won' })).toBe('stage 赵敏/leadStage.new/leadStage.won');
  });
});
