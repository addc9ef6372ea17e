import { AppError } from '#shared/base/errors.ts';
import { openerClip } from '#shared/domain/opener.ts';

const headerBytes = 44;
/** Of a clip of one second that was resampled the last sample may be one more or one less. */
const slackMs = 100;
/** Of the file of the longest clip. */
export const mostClipBytes = headerBytes + ((openerClip.maxMs + slackMs) / 1000) * openerClip.sampleRate * 2;

/**
 * Looks whether a file is what desks play: WAV with one `fmt ` and one `data` chunk, 16-bit mono PCM at 8 kHz (Microsoft
 * "Multimedia Programming Interface", RIFF WAVE). Desks decode what people upload; here nothing else is taken.
 * @returns ms
 * Throws `opener.not-audio`, `opener.too-long`, `opener.too-short`.
 */
export function clipMs(file: Buffer): number {
  const is = (at: number, letters: string): boolean => file.toString('latin1', at, at + 4) === letters;
  const fine =
    file.length > headerBytes &&
    is(0, 'RIFF') && is(8, 'WAVE') && is(12, 'fmt ') && is(36, 'data') &&
    file.readUInt32LE(16) === 16 && file.readUInt16LE(20) === 1 && file.readUInt16LE(22) === 1 &&
    file.readUInt32LE(24) === openerClip.sampleRate && file.readUInt16LE(34) === 16 &&
    file.readUInt32LE(40) === file.length - headerBytes; // prettier-ignore
  if (!fine) throw new AppError('opener.not-audio');
  const ms = Math.round(((file.length - headerBytes) / 2 / openerClip.sampleRate) * 1000);
  if (ms > openerClip.maxMs + slackMs)
    throw new AppError('opener.too-long', { seconds: Math.ceil(ms / 1000), max: openerClip.maxMs / 1000 });
  if (ms < openerClip.minMs - slackMs) throw new AppError('opener.too-short', { seconds: Number((ms / 1000).toFixed(1)) });
  return ms;
}
