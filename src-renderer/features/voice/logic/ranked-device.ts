export interface SoundDevice {
  readonly id: string;
  readonly label: string;
}

/**
 * The first of the wanted names that is there; null = the system's own choice. Ids change with the browser's mood, names do not.
 * @param phone the id of the phone's own sound card: systems like to make what was plugged in last their choice, and a
 * customer must not hear themselves
 */
export function rankedDevice(
  there: readonly SoundDevice[],
  wanted: readonly string[],
  phone: string | null = null,
): SoundDevice | null {
  const others = there.filter(({ id }) => id !== phone);
  for (const label of wanted) {
    const found = others.find((device) => device.label === label);
    if (found) return found;
  }
  return others.length < there.length ? (others[0] ?? null) : null;
}

const mostNames = 8;

/** The name goes to the front; what was in front comes next, for the day on which this one is not plugged in. */
export function prefer(wanted: readonly string[], label: string): string[] {
  return [label, ...wanted.filter((other) => other !== label)].slice(0, mostNames);
}
