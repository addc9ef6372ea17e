/** A page has no Buffer: as much of it as the texts of a sheet are packed with (packed-texts.ts). */
class PageBuffer {
  private readonly bytes: Uint8Array;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
  }

  static byteLength = (text: string): number => new TextEncoder().encode(text).length;
  static allocUnsafeSlow = (length: number): PageBuffer => new PageBuffer(length);

  write(text: string, at: number): void {
    this.bytes.set(new TextEncoder().encode(text), at);
  }

  toString(_encoding: 'utf8', from: number, to: number): string {
    return new TextDecoder().decode(this.bytes.subarray(from, to));
  }
}

Object.assign(globalThis, { Buffer: PageBuffer });
