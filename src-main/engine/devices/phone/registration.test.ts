import { describe, expect, it } from 'vitest';
import { parseImsVoice, parseRegistration, readNetwork } from './registration.ts';

describe('parseRegistration', () => {
  it('reads the stat of the read form (TS 27.007 §7.2), whatever follows it', () => {
    expect(parseRegistration('+CREG: 2,1,"1A2B","01",7')).toBe('home');
    expect(parseRegistration('+CEREG: 1,5')).toBe('roaming');
    expect(parseRegistration('+CREG: 0,3')).toBe('denied');
    expect(parseRegistration('+CREG: 0,6')).toBe('home-no-circuit');
    expect(parseRegistration('+CREG: 0,8')).toBe('emergency-only');
    expect(parseRegistration('+CREG: 0,4')).toBe('none');
    expect(parseRegistration('+CREG: what')).toBe('none');
  });
});

describe('parseImsVoice', () => {
  it('is voice when registered, unless the mask says that IMS carries something else', () => {
    expect(parseImsVoice('+CIREG: 0,1')).toBe(true);
    expect(parseImsVoice('+CIREG: 2,1,"5"')).toBe(true);
    expect(parseImsVoice('+CIREG: 2,1,4')).toBe(false);
    expect(parseImsVoice('+CIREG: 2,0')).toBe(false);
    expect(parseImsVoice('+CIREG: 0')).toBe(false);
  });
});

describe('readNetwork: registered is not able to call', () => {
  it.each([
    ['circuit-switched at home', 'home', null, null, 'ready', 'yes'],
    ['circuit-switched abroad, LTE at home', 'roaming', 'home', false, 'roaming', 'yes'],
    ['LTE only, IMS there', 'none', 'home', true, 'ready', 'yes'],
    ['LTE only, IMS not there', 'none', 'home', false, 'ready', 'no'],
    ['LTE only, the modem cannot tell', 'none', 'home', null, 'ready', 'unproven'],
    ['no +CREG at all, LTE there', null, 'roaming', null, 'roaming', 'unproven'],
    ['messages only', 'home-no-circuit', 'none', null, 'ready', 'no'],
    ['fallback not preferred, but IMS carries voice', 'home-no-circuit', 'home', true, 'ready', 'yes'],
    ['emergency calls only', 'emergency-only', 'searching', null, 'emergency-only', null],
    ['refused', 'denied', 'denied', null, 'denied', null],
    ['refused on one, searching on the other', 'denied', 'searching', null, 'searching', null],
    ['nothing', 'none', null, null, 'searching', null],
  ] as const)('%s', (_name, circuit, packet, ims, condition, voice) => {
    expect(readNetwork(circuit, packet, ims)).toEqual({ condition, voice });
  });
});
