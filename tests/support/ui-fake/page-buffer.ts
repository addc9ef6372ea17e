/** What of Node's Buffer the engine's packed texts need, for a page that has none (sheets of the import are read in it). */
class PageBuffer {
  static readonly byteLength = (text: string): number => new TextEncoder().encode(text).length;
  static readonly allocUnsafeSlow = (bytes: number): PageBuffer => new PageBuffer(bytes);
  private readonly bytes: Uint8Array;

  constructor(bytes: number) {
    this.bytes = new Uint8Array(bytes);
  }

  write(text: string, at: number): void {
    this.bytes.set(new TextEncoder().encode(text), at);
  }

  toString(_encoding: 'utf8', from: number, below: number): string {
    return new TextDecoder().decode(this.bytes.subarray(from, below));
  }
}

Object.assign(globalThis, { Buffer: PageBuffer });
