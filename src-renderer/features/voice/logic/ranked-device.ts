export interface SoundDevice {
  readonly id: string;
  readonly label: string;
}

/** The first of the wanted names that is there; null = the system's own choice. Ids change with the browser's mood, names do not. */
export function rankedDevice(there: readonly SoundDevice[], wanted: readonly string[]): SoundDevice | null {
  for (const label of wanted) {
    const found = there.find((device) => device.label === label);
    if (found) return found;
  }
  return null;
}

const mostNames = 8;

/** The name goes to the front; what was in front comes next, for the day on which this one is not plugged in. */
export function prefer(wanted: readonly string[], label: string): string[] {
  return [label, ...wanted.filter((other) => other !== label)].slice(0, mostNames);
}
