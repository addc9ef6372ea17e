/** Text of UTF-8 bytes; null where they are none (RFC 3629: cut, overlong and surrogate forms are none). */
export function decodeUtf8(bytes: Uint8Array): string | null {
  let escaped = '';
  for (const byte of bytes) escaped += `%${byte.toString(16).padStart(2, '0')}`;
  try {
    return decodeURIComponent(escaped);
  } catch {
    return null;
  }
}

/** @throws URIError for half of a surrogate pair */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  const bytes = encodeURIComponent(text).match(/%..|./g) ?? [];
  return Uint8Array.from(bytes, (one) => (one.length > 1 ? parseInt(one.slice(1), 16) : one.charCodeAt(0)));
}
