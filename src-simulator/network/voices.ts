import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readWav } from './wav.ts';

/** Sample voices by file name without its ending; the texts stand in resources/sounds/voices.json. */
export type Voices = ReadonlyMap<string, Int16Array>;

/** Asked for only when needed: in a bundle this file is somewhere else. */
const repositoryFolder = (): string => fileURLToPath(new URL('../../resources/sounds/', import.meta.url));

/** @param folder where voices.json and its WAVs are; a packed program passes its own resources folder */
export function loadVoices(folder: string = repositoryFolder()): Voices {
  const list = JSON.parse(readFileSync(join(folder, 'voices.json'), 'utf8')) as { file: string }[];
  return new Map(list.map(({ file }) => [file.replace(/\.wav$/, ''), readWav(readFileSync(join(folder, file)))]));
}
