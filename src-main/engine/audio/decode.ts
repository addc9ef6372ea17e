import { MPEGDecoder } from 'mpg123-decoder';
import { AppError } from '#shared/base/errors.ts';
import { readWav, type Sound } from './wav.ts';

/** MPEG audio starts with an ID3v2 tag or with a frame header: 11 set bits, a known version and layer, a real bit rate. */
function looksLikeMpeg(bytes: Uint8Array): boolean {
  if (bytes[0] === 0x49 && bytes[1] === 0x44 && bytes[2] === 0x33) return true;
  for (let at = 0; at + 4 < Math.min(bytes.length, 4096); at += 1) {
    const [sync = 0, kind = 0, rates = 0] = bytes.subarray(at, at + 3);
    const isHeader = sync === 0xff && (kind & 0xe0) === 0xe0 && (kind & 0x18) !== 0x08 && (kind & 0x06) !== 0;
    if (isHeader && (rates & 0xf0) !== 0xf0 && (rates & 0x0c) !== 0x0c) return true;
  }
  return false;
}

/**
 * WAV or MP3, told by content and not by the file's name.
 * @throws AppError `opener.not-audio`
 */
export async function decodeAudio(file: Uint8Array): Promise<Sound> {
  if (String.fromCharCode(...file.subarray(0, 4)) === 'RIFF') return readWav(file);
  if (!looksLikeMpeg(file)) throw new AppError('opener.not-audio');
  const decoder = new MPEGDecoder();
  try {
    await decoder.ready;
    const { channelData, sampleRate, samplesDecoded } = decoder.decode(file);
    if (samplesDecoded === 0) throw new AppError('opener.not-audio');
    return { sampleRate, channels: channelData };
  } catch (thrown) {
    throw thrown instanceof AppError ? thrown : new AppError('opener.not-audio', {}, thrown);
  } finally {
    decoder.free();
  }
}
