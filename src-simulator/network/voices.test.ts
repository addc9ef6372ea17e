import { readFileSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { behaviourOf, numberTable, talkative, type Behaviour } from './behaviours.ts';
import { toneSamples } from './tones.ts';
import { loadVoices } from './voices.ts';
import { readWav } from './wav.ts';

const folder = fileURLToPath(new URL('../../resources/sounds/', import.meta.url));

describe('sample voices', () => {
  it('are all there, audible, and small enough to commit', () => {
    const voices = loadVoices();
    const files = readdirSync(folder).filter((file) => file.endsWith('.wav'));
    expect([...voices.keys()].sort()).toEqual(files.map((file) => file.replace('.wav', '')).sort());
    for (const samples of voices.values()) expect(Math.max(...samples)).toBeGreaterThan(10_000);
    expect(files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)).toBeLessThan(1_500_000);
    const seconds = (name: string): number => (voices.get(name)?.length ?? 0) / 8000;
    expect(seconds('opener-september')).toBeGreaterThan(9);
    expect(seconds('agent-talk')).toBeGreaterThan(10);
  });

  it('cover every voice that a behaviour names', () => {
    const voices = loadVoices();
    const behaviours: Behaviour[] = [talkative, ...numberTable.map(({ behaviour }) => behaviour(3))];
    for (const { early, opening, replies } of behaviours)
      for (const sound of [...early, ...opening, ...replies])
        if ('voice' in sound) expect(voices.has(sound.voice), sound.voice).toBe(true);
  });

  it('refuses WAVs of another kind by name of the fault', () => {
    const good = readFileSync(join(folder, 'customer-greeting.wav'));
    const stereo = Buffer.from(good);
    stereo.writeUInt16LE(2, 22);
    expect(() => readWav(stereo)).toThrow('2 channels');
    expect(() => readWav(good.subarray(0, 30))).toThrow('no data');
    expect(() => readWav(Buffer.from('ID3'))).toThrow('not a WAV');
  });
});

describe('numbers and tones', () => {
  it('finds the behaviour by the last digits', () => {
    expect(behaviourOf('15400009990').cause).toBe(17);
    expect(behaviourOf('+8615400009987').answerAfterMs).toEqual([7000, 7000]);
    expect(behaviourOf('15400009974').hangUpAfterMs).toBe(4000);
    expect(behaviourOf('15400000137')).toBe(talkative);
  });

  it('makes 450 Hz tones: busy is on and off for 0.35 s each', () => {
    const tone = toneSamples('busy');
    expect(tone).toHaveLength(5600);
    const crossings = tone.slice(1, 2800).filter((sample, i) => sample > 0 && (tone[i] ?? 0) <= 0).length;
    expect(crossings).toBeGreaterThanOrEqual(156);
    expect(crossings).toBeLessThanOrEqual(158);
    expect(Math.max(...tone.slice(2800))).toBe(0);
  });
});
