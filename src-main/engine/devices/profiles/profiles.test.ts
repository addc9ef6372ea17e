import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadProfiles, matchProfile } from './load-profiles.ts';

const shipped = loadProfiles('resources/devices');

describe('phone profiles', () => {
  it('choose the make by what it says, else the generic one', () => {
    expect(matchProfile(shipped, { manufacturer: 'JINHU', model: 'JH-5 SIM' }).id).toBe('jinhu-jh5');
    expect(matchProfile(shipped, { manufacturer: 'Jinhu', model: 'JH-9' }).id).toBe('generic-27007');
    expect(matchProfile(shipped, { manufacturer: null, model: null }).id).toBe('generic-27007');
  });

  it('a phone without any matching profile is a fault of ours', () => {
    expect(() => matchProfile([], { manufacturer: null, model: null })).toThrow('internal');
  });

  it('a file with a wrong or unknown field is refused, with its name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'profiles-'));
    writeFileSync(join(folder, 'broken.json'), JSON.stringify({ ...shipped[0], hangup: ['ATH'] }));
    expect(() => loadProfiles(folder)).toThrow(expect.objectContaining({ details: { profile: 'broken.json' } }));
  });

  it('commands cannot carry a second line into the modem', () => {
    const folder = mkdtempSync(join(tmpdir(), 'profiles-'));
    writeFileSync(join(folder, 'sly.json'), JSON.stringify({ ...shipped[0], init: ['ATE0\rATD10086;'] }));
    expect(() => loadProfiles(folder)).toThrow();
  });
});
