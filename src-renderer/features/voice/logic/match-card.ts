import type { WantedSoundCard } from '#shared/desk-contract/areas/sound-card.ts';
import type { SoundDevice } from './ranked-device.ts';

/** `group`: parts of one device have the same, as far as the system tells; it changes with every start of the page. */
export interface ListedDevice extends SoundDevice {
  readonly group: string;
}
/** What a person has picked; ids hold for as long as the page keeps its address, names for ever. */
export interface PickedCard {
  readonly input: SoundDevice | null;
  readonly output: SoundDevice | null;
}
export interface FoundCard {
  readonly input: ListedDevice;
  readonly output: ListedDevice;
}
export interface Listed {
  readonly inputs: readonly ListedDevice[];
  readonly outputs: readonly ListedDevice[];
}

type Side = ListedDevice | 'missing' | 'several';

/**
 * The phone's sound card among those that the browser lists. Browsers decorate names ("JH-5U USB Audio Mono (1d6b:0104)"),
 * so a wanted name is a part of one, without case. What fits several is not guessed: a stranger's sound is worse than none.
 */
export function matchCard(
  there: Listed,
  wanted: Pick<WantedSoundCard, 'inputs' | 'outputs' | 'usbId'>,
  picked: PickedCard | null,
): FoundCard | 'missing' | 'several' {
  const input = sideOf(there.inputs, wanted.inputs, wanted.usbId, picked?.input ?? null, null);
  const group = typeof input === 'string' ? null : input.group;
  const output = sideOf(there.outputs, wanted.outputs, wanted.usbId, picked?.output ?? null, group);
  if (input === 'missing' || output === 'missing') return 'missing';
  if (input === 'several' || output === 'several') return 'several';
  return { input, output };
}

function sideOf(
  there: readonly ListedDevice[],
  names: readonly string[],
  usbId: string | null,
  picked: SoundDevice | null,
  group: string | null,
): Side {
  if (picked) return pickedOf(there, picked);
  for (const name of names) {
    const fitting = there.filter(({ label }) => has(label, name));
    const [only] = fitting;
    if (!only) continue;
    if (fitting.length === 1) return only;
    return theOne(fitting, ({ label }) => usbId !== null && has(label, `(${usbId})`), group);
  }
  return 'missing';
}

/** Another card is never taken in its place: the person has said which one it is. */
function pickedOf(there: readonly ListedDevice[], picked: SoundDevice): Side {
  const same = there.filter(({ label }) => label === picked.label);
  const [first] = same;
  if (!first) return 'missing';
  return same.find(({ id }) => id === picked.id) ?? (same.length === 1 ? first : 'several');
}

function theOne(fitting: readonly ListedDevice[], isPhone: (one: ListedDevice) => boolean, group: string | null): Side {
  const narrowed = [fitting.filter(isPhone), fitting.filter((one) => group !== null && one.group === group)];
  return narrowed.find(({ length }) => length === 1)?.[0] ?? 'several';
}

const has = (label: string, part: string): boolean => label.toLowerCase().includes(part.toLowerCase());
