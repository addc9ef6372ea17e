import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operators } from '#shared/domain/operator.ts';
import { ussdHelp } from './ussd-codes.ts';
import { answered, asked, ended, longestText, noTalk, readUssd } from './ussd-talk.ts';

describe('a USSD talk in the window', () => {
  it('takes a code as Chinese keyboards write it, and nothing else to begin with', () => {
    expect(readUssd(' ＊１００＃ ', 'idle')).toBe('*100#');
    expect(readUssd('* 100 #', 'idle')).toBe('*100#');
    for (const typed of ['', '   ', '余额', '*100#;', 'ATD1;', '*'.repeat(longestText + 1)])
      expect(readUssd(typed, 'idle'), typed).toBeNull();
  });

  it('takes any words as the answer to a menu', () => {
    expect(readUssd('２', 'open')).toBe('2');
    expect(readUssd(' 查 余额 ', 'open')).toBe('查 余额');
    expect(readUssd('  ', 'open')).toBeNull();
    expect(readUssd('好'.repeat(longestText + 1), 'open')).toBeNull();
  });

  it('sends what it has read unchanged when it is typed again', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.constantFrom('idle' as const, 'open' as const), (typed, state) => {
        const text = readUssd(typed, state);
        if (text !== null) expect(readUssd(text, state)).toBe(text);
      }),
      { seed: 20_261_126 },
    );
  });

  it('goes through a menu to its end as one talk, and begins anew with the next code', () => {
    const menu = answered(asked(noTalk, '*139#', 5), { text: '1 余额', expectsReply: true });
    expect(menu.state).toBe('open');
    const waiting = asked(menu, '1', 900);
    expect(waiting).toMatchObject({ state: 'waiting', since: 900 });
    const done = answered(waiting, { text: '36.50 元', expectsReply: false });
    expect(done).toMatchObject({ state: 'idle', since: null });
    expect(done.lines.map(({ text }) => text)).toEqual(['*139#', '1 余额', '1', '36.50 元']);
    expect(asked(done, '*100#', 1000).lines).toEqual([{ from: 'person', text: '*100#' }]);
  });

  it('keeps what was said when the network ends it, and waits no longer', () => {
    const menu = answered(asked(noTalk, '*139#', 5), { text: '1 余额', expectsReply: true });
    const over = ended(asked(menu, '1', 9));
    expect(over).toMatchObject({ state: 'idle', since: null });
    expect(over.lines).toHaveLength(3);
  });

  it('offers only codes that can be sent, for every operator a number to call, and nothing for strangers', () => {
    for (const operator of operators) {
      const help = ussdHelp(operator);
      expect(help?.hotline).toMatch(/^\d{5}$/);
      for (const { code } of help?.codes ?? []) expect(readUssd(code, 'idle')).toBe(code);
    }
    expect(ussdHelp('Deutsche Telekom')).toBeNull();
    expect(ussdHelp('toString')).toBeNull();
    expect(ussdHelp(null)).toBeNull();
  });
});
