import { describe, expect, it } from 'vitest';
import { matchCard, type Listed, type ListedDevice } from './match-card.ts';

const device = (id: string, label: string, group = id): ListedDevice => ({ id, label, group });
const wanted = { inputs: ['JH-5U USB Audio', 'JH-5'], outputs: ['JH-5U USB Audio', 'JH-5'], usbId: null };
const headset = device('h', 'Jabra EVOLVE LINK (0b0e:0300)');
const card = device('c', 'Microphone (jh-5u usb audio Mono) (1d6b:0104)');
const list = (...devices: ListedDevice[]): Listed => ({ inputs: devices, outputs: devices });

describe("the phone's sound card among those of the PC", () => {
  it('is known by a part of the name that the browser gives it, without case', () => {
    expect(matchCard(list(headset, card), wanted, null)).toEqual({ input: card, output: card });
    expect(matchCard(list(headset), wanted, null)).toBe('missing');
    expect(matchCard({ inputs: [card], outputs: [headset] }, wanted, null)).toBe('missing');
  });

  it('by the first name of the list that any card has', () => {
    const older = device('o', 'JH-5 Audio');
    expect(matchCard(list(older, card), wanted, null)).toEqual({ input: card, output: card });
    expect(matchCard(list(older), wanted, null)).toEqual({ input: older, output: older });
  });

  it('of twins none is guessed, unless the USB id behind the name tells', () => {
    const twin = device('t', 'JH-5U USB Audio (1d6b:0105)');
    expect(matchCard(list(card, twin), wanted, null)).toBe('several');
    expect(matchCard(list(card, twin), { ...wanted, usbId: '1d6b:0105' }, null)).toEqual({ input: twin, output: twin });
    expect(matchCard(list(card, twin), { ...wanted, usbId: 'ffff:0000' }, null)).toBe('several');
  });

  it('what a person picked goes before every name; its output is the one of the same device', () => {
    const [one, two] = [device('1', 'JH-5U USB Audio', 'a'), device('2', 'JH-5U USB Audio', 'b')];
    const outputs = [device('3', 'JH-5U USB Audio', 'a'), device('4', 'JH-5U USB Audio', 'b')];
    const there = { inputs: [one, two], outputs };
    expect(matchCard(there, wanted, { input: two, output: null })).toEqual({ input: two, output: outputs[1] });
    expect(matchCard(list(headset, card), wanted, { input: headset, output: headset })).toEqual({
      input: headset,
      output: headset,
    });
  });

  it('a pick is found by its name when ids have changed, and never replaced by another card', () => {
    const picked = { id: 'old', label: card.label };
    expect(matchCard(list(headset, card), wanted, { input: picked, output: picked })).toEqual({
      input: card,
      output: card,
    });
    expect(matchCard(list(card), wanted, { input: headset, output: null })).toBe('missing');
    expect(matchCard(list(card, { ...card, id: 'd' }), wanted, { input: picked, output: picked })).toBe('several');
  });
});
