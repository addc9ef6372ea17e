/**
 * Makes the sample voices of the simulated phone again: `node tools/make-voices.ts` (needs espeak-ng and sox).
 * The texts are data (resources/sounds/voices.json); the WAVs are committed, so nobody needs this to run the product.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Voice {
  file: string;
  role: 'customer' | 'agent' | 'opener' | 'announcement';
  text: string;
}

/** The roles must be told apart by ear, and by pitch in a test: voice variant, pitch (0–99), words per minute. */
const speakers: Record<Voice['role'], string[]> = {
  customer: ['-v', 'cmn', '-p', '35', '-s', '210'],
  agent: ['-v', 'cmn+f3', '-p', '62', '-s', '260'],
  opener: ['-v', 'cmn+f5', '-p', '45', '-s', '270'],
  announcement: ['-v', 'cmn+f2', '-p', '75', '-s', '230'],
};

const folder = fileURLToPath(new URL('../resources/sounds/', import.meta.url));
const voices = JSON.parse(readFileSync(join(folder, 'voices.json'), 'utf8')) as Voice[];
const raw = join(tmpdir(), `voice-${process.pid}.wav`);
for (const voice of voices) {
  execFileSync('espeak-ng', [...speakers[voice.role], '-w', raw, voice.text]);
  // -R: repeatable dither; trims silence at both ends, then levels to -3 dB like a telephone line would carry.
  const trim = ['silence', '1', '0.02', '0.2%', 'reverse', 'silence', '1', '0.02', '0.2%', 'reverse'];
  const target = join(folder, voice.file);
  execFileSync('sox', ['-R', raw, '-r', '8000', '-c', '1', '-b', '16', target, ...trim, 'norm', '-3']);
  const seconds = execFileSync('soxi', ['-D', target], { encoding: 'utf8' }).trim();
  process.stdout.write(`${voice.file} ${seconds} s\n`);
}
rmSync(raw, { force: true });
