/** How a device stands: somebody is signed in there; has signed out (or the session grew too old); it was taken off by somebody. */
export const deviceStates = ['signed-in', 'signed-out', 'taken-off'] as const;
export type DeviceState = (typeof deviceStates)[number];
