/**
 * The headers of every page and file, the same in both shells, so that a violation seen in Chromium over loopback is
 * the violation that Electron would have. No `unsafe-*`: the build has no inline script, no inline style, no eval.
 * WebSockets may go anywhere: the engine's port, and the PBX whose address a person sets (decision 9).
 */
export function securityHeaders(): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      "font-src 'self'",
      "media-src 'self' blob:",
      "worker-src 'self'",
      "connect-src 'self' ws: wss:",
      "base-uri 'none'",
      "object-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy':
      'microphone=(self), camera=(), geolocation=(), usb=(), serial=(), hid=(), display-capture=(), payment=()',
  };
}
