/** Error numbers of Quectel's FILE commands. */
export const fileErrors = {
  invalidInput: 400,
  full: 403,
  notFound: 405,
  badName: 406,
  exists: 407,
  timeOut: 421,
} as const;

/** The modem's own file system ("UFS:"): survives a restart of the modem, not of the simulator. */
export class FileStore {
  private readonly files = new Map<string, Uint8Array>();
  private readonly capacity: number;

  /** @param capacity bytes */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** "UFS:" is where a name without a prefix goes too. @returns null for a name that cannot be one */
  static nameOf(text: string): string | null {
    return /^(?:UFS:)?([A-Za-z0-9_.-]{1,80})$/.exec(text)?.[1] ?? null;
  }

  get free(): number {
    return this.capacity - [...this.files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  }

  get list(): readonly { name: string; size: number }[] {
    return [...this.files].map(([name, bytes]) => ({ name, size: bytes.length }));
  }

  read(name: string): Uint8Array | null {
    return this.files.get(name) ?? null;
  }

  write(name: string, bytes: Uint8Array): void {
    this.files.set(name, bytes);
  }

  delete(name: string): boolean {
    return this.files.delete(name);
  }

  clear(): void {
    this.files.clear();
  }
}

/** All 16-bit words of the file XORed, high byte first, an odd last byte as a high byte; four hex digits. */
export function checksum(bytes: Uint8Array): string {
  let sum = 0;
  for (const [index, byte] of bytes.entries()) sum ^= index % 2 === 0 ? byte << 8 : byte;
  return sum.toString(16).padStart(4, '0');
}
