/** Less than this proves nothing: a power-up glitch is a few bytes. */
const enough = 16;
const garbageShare = 0.3;

/**
 * Whether what a port says is no text: a diagnosis or sound port speaks binary, and so does a modem at another baud rate
 * (research/hardware cases 3 and 6). AT is printable ASCII and line ends; strings of other alphabets come as hex.
 */
export class GarbageMeter {
  private bytes = 0;
  private garbage = 0;

  feed(bytes: Uint8Array): void {
    for (const byte of bytes) {
      this.bytes += 1;
      if ((byte < 0x20 || byte > 0x7e) && byte !== 0x0d && byte !== 0x0a && byte !== 0x09) this.garbage += 1;
    }
  }

  get isGarbage(): boolean {
    return this.bytes >= enough && this.garbage / this.bytes > garbageShare;
  }
}
