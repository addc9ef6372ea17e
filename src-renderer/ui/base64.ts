/** Base64 of the wire (RFC 4648 §4) to bytes. Throws a DOMException on anything else: the contract has checked it before. */
export function bytesFromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Bytes to base64. Built in slices, because `String.fromCharCode(...bytes)` overflows the stack on large ones. */
export function base64FromBytes(bytes: Uint8Array): string {
  const slice = 0x2000;
  let binary = '';
  for (let at = 0; at < bytes.length; at += slice) {
    binary += String.fromCharCode(...bytes.subarray(at, at + slice));
  }
  return btoa(binary);
}
