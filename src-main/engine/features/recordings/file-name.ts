import { beijingMs } from '#shared/domain/sim-governor.ts';
import { hideNumbers } from '#shared/domain/hide-numbers.ts';
import { formatNumber } from '#shared/domain/phone-number.ts';

/** What the name of a recording's file is made of. */
export interface RecordedCall {
  /** ms */
  readonly startedAt: number;
  /** E.164 where it can be read so; empty = it came without one. */
  readonly number: string;
  readonly customerName: string | null;
}

const longestName = 40;
/** What Windows takes in no name, and what turns the direction of writing. */
const forbidden = /[\\/:*?"<>|\p{Cc}\p{Cf}]/gu;

/**
 * 20261128-140512 15400000137 深圳锦程科技.wav: when in Beijing, with which number, with whom. Where numbers are hidden x stands for their
 * digits, since a star is in no file's name, in the customer's name too.
 *
 * @param hides whether that number (E.164) is masked
 */
export function recordingFileName(
  { startedAt, number, customerName }: RecordedCall,
  hides: (e164: string) => boolean,
): string {
  const at = new Date(startedAt + beijingMs).toISOString().replaceAll(/[-:]/g, '');
  const shown = formatNumber(number, { masked: hides(number) })
    .replaceAll('*', 'x')
    .replaceAll(' ', '');
  const name = hideNumbers(customerName ?? '', hides).replaceAll('*', 'x');
  const parts = [`${at.slice(0, 8)}-${at.slice(9, 15)}`, shown, Array.from(name).slice(0, longestName).join('')];
  const words = parts.map((part) => part.replaceAll(forbidden, ' ').replaceAll(/\s+/g, ' ').trim()).filter(Boolean);
  return `${words.join(' ')}.wav`;
}
