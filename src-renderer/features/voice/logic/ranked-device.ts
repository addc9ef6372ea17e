export interface SoundDevice {
  readonly id: string;
  readonly label: string;
}

/** What is plugged in on one side: microphones, or outputs. */
export interface DevicesThere {
  /** Each once. Empty while names are hidden: a microphone must be allowed first. */
  readonly list: readonly SoundDevice[];
  /** The id of what the system would take; null = it does not say. */
  readonly system: string | null;
}

/** `system` = left to the system, which may change its mind. */
export type DeviceChoice = SoundDevice | 'system';

/**
 * What may be used, the best first: the wanted names that are there, then the system's own choice. Ids change with the
 * browser's mood, names do not.
 * @param phone the id of the phone's own sound card, which is never used: systems like to make what was plugged in last
 * their choice, and a customer must not hear themselves. Where nobody knows whether it is the system's, something else is taken.
 * @returns empty = the phone's card is all there is
 */
export function rankedDevices(
  { list, system }: DevicesThere,
  wanted: readonly string[],
  phone: string | null,
): readonly DeviceChoice[] {
  const others = list.filter(({ id }) => id !== phone);
  const named = wanted.flatMap((name) => others.find(({ label }) => label === name) ?? []);
  const phoneAway = others.length === list.length;
  if (phoneAway || (system !== null && system !== phone)) return [...named, 'system'];
  const [any] = others.filter((one) => !named.includes(one));
  return any ? [...named, any] : named;
}

const mostNames = 8;

/** The name goes to the front; what was in front comes next, for the day on which this one is not plugged in. */
export function prefer(wanted: readonly string[], label: string): string[] {
  return [label, ...wanted.filter((other) => other !== label)].slice(0, mostNames);
}
