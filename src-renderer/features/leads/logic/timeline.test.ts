import { describe, expect, it } from 'vitest';
import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import { timelineOf } from './timeline.ts';

describe('the story of a lead', () => {
  it('is told newest first, of whatever kind', () => {
    const note = { id: 'n', employeeName: '陈晓', text: '下周再约', at: 30 };
    const calls = [{ id: 'c', startedAt: 20 }, { id: 'd', startedAt: 40 }] as CallView[]; // prettier-ignore
    const story = timelineOf({ createdAt: 1, claimedAt: 25, released: null, notes: [note] }, calls);
    expect(story.map(({ kind, at }) => `${kind} ${at}`)).toEqual([
      'call 40',
      'note 30',
      'claimed 25',
      'call 20',
      'created 1',
    ]);
    expect(
      timelineOf({ createdAt: 1, claimedAt: null, released: { at: 9 }, notes: [] }, []).map(({ kind }) => kind),
    ).toEqual(['released', 'created']);
  });
});
