import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { Autosave, type SaveState } from './autosave.ts';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function bench(): {
  clock: ManualClock;
  autosave: Autosave;
  saved: string[];
  states: SaveState[];
  answers: { ok: () => void; fail: () => void }[];
} {
  const clock = new ManualClock();
  const saved: string[] = [];
  const states: SaveState[] = [];
  const answers: { ok: () => void; fail: () => void }[] = [];
  const autosave = new Autosave({
    clock,
    save: (text) => {
      saved.push(text);
      return new Promise((ok, reject) => answers.push({ ok, fail: () => reject(new Error('away')) }));
    },
    onState: (state) => states.push(state),
  });
  return { clock, autosave, saved, states, answers };
}

describe('saving a note by itself', () => {
  it('waits for a pause in the typing', async () => {
    const { clock, autosave, saved, answers, states } = bench();
    autosave.change('客');
    clock.advance(500);
    autosave.change('客户');
    clock.advance(500);
    expect(saved).toEqual([]);
    clock.advance(200);
    expect(saved).toEqual(['客户']);
    answers[0]?.ok();
    await settled();
    expect(states.at(-1)).toBe('saved');
    expect(autosave.dirty).toBe(false);
  });

  it('saves at once when the field is left, and not twice', () => {
    const { clock, autosave, saved } = bench();
    autosave.change('下月扩产');
    autosave.flush();
    autosave.flush();
    clock.advance(10_000);
    expect(saved).toEqual(['下月扩产']);
  });

  it('never lets two saves race: the newest text goes last', async () => {
    const { autosave, saved, answers } = bench();
    autosave.change('一');
    autosave.flush();
    autosave.change('一二');
    autosave.flush();
    expect(saved).toEqual(['一']);
    answers[0]?.ok();
    await settled();
    expect(saved).toEqual(['一', '一二']);
  });

  it('tries again after a failure, with what was typed since', async () => {
    const { clock, autosave, saved, answers, states } = bench();
    autosave.change('一');
    autosave.flush();
    answers[0]?.fail();
    await settled();
    expect(states.at(-1)).toBe('failed');
    expect(autosave.dirty).toBe(true);
    clock.advance(3000);
    expect(saved).toEqual(['一', '一']);
    autosave.change('一二');
    answers[1]?.fail();
    await settled();
    autosave.flush();
    expect(saved.at(-1)).toBe('一二');
  });
});
