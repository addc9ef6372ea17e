import { beforeEach, describe, expect, it } from 'vitest';
import { DialLinks } from './dial-links.ts';

const schemes = new Set<string>();
const system = {
  isDefaultProtocolClient: (scheme: string) => schemes.has(scheme),
  setAsDefaultProtocolClient: (scheme: string) => schemes.add(scheme).size > 0,
  removeAsDefaultProtocolClient: (scheme: string) => schemes.delete(scheme),
};

describe('numbers on web pages', () => {
  let links = new DialLinks(system);
  let told = 0;
  beforeEach(() => {
    schemes.clear();
    told = 0;
    links = new DialLinks(system);
    links.onChange(() => (told += 1));
  });

  it('are opened here if a person wants it, and not unasked', () => {
    expect(links.areOurs).toBe(false);
    links.setOurs(true);
    expect([links.areOurs, [...schemes], told]).toEqual([true, ['tel', 'callto'], 1]);
    links.setOurs(false);
    expect([links.areOurs, [...schemes], told]).toEqual([false, [], 2]);
  });

  it('are the words of a start that say so; whatever else it says is none', () => {
    for (const word of ['/opt/desk', '--flag', 'https://tel:1', 'telnet:x', `tel:${'1'.repeat(200)}`, 'tel'])
      links.hear([word]);
    expect([links.waiting, told]).toEqual([null, 0]);
    links.hear(['/opt/desk', 'Tel:+86-154-0000-0137']);
    expect([links.waiting, told]).toEqual([{ rev: 1, text: 'Tel:+86-154-0000-0137' }, 1]);
  });

  it('wait until a window has taken them, the last one alone', () => {
    links.hear(['tel:15400000137']);
    links.hear(['callto:15400000138']);
    links.take(1);
    expect(links.waiting).toEqual({ rev: 2, text: 'callto:15400000138' });
    links.take(2);
    expect([links.waiting, told]).toEqual([null, 3]);
    links.hear(['tel:15400000137']);
    expect(links.waiting?.rev).toBe(3);
  });
});
