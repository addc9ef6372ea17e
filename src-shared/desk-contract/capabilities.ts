/** What a shell or an engine may or may not be able to do. The UI asks `desk.can(…)`, never which shell it is in. */
export const capabilities = [
  /** F2 also works while another program has the focus (Electron). */
  'global-shortcut',
  /** A window can be brought to the front (Electron; a browser does that itself). */
  'raise-window',
  /** Numbers on web pages can be opened by this program (Electron). */
  'dial-links',
  /** Another desk can be opened beside this one, signed in as somebody else (demo environment). */
  'open-desk',
  /** The two sides of a live call can be heard in the window (demo: there is no handset). */
  'listen-to-call',
] as const;
export type Capability = (typeof capabilities)[number];
