/** Report descriptors as their devices send them, item by item as published; blanks are for people. */

export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replace(/\s+/g, ''), 'hex'));

/** USB HID 1.11, appendix B.1. */
export const bootKeyboard = `
  0501 0906 A101 0507 19E0 29E7 1500 2501 7501 9508 8102 9501 7508 8101
  9505 7501 0508 1901 2905 9102 9501 7503 9101
  9506 7508 1500 2565 0507 1900 2965 8100 C0`;

/** USB HID 1.11, appendix B.2. */
export const bootMouse = `
  0501 0902 A101 0901 A100 0509 1901 2903 1500 2501 9503 7501 8102 9501 7505 8101
  0501 0930 0931 1581 257F 7508 9502 8106 C0 C0`;

/**
 * The layout of a UC headset as research/hardware 2.2 measured it: hook and line busy absolute, mute, flash, redial and
 * speed dial relative, button 7 (its usage stands before the page changes), a keypad array of four bits with a null state.
 */
export const telephonyHeadset = `
  050B 0905 A101 8502
  1500 2501 7501 9502 0920 0997 8122
  9504 092F 0921 0924 0950 8106
  9501 0907 0509 8106
  050B 0906 A102 19B0 29BB 1500 250B 7504 9501 8140 C0
  7501 9505 8101
  0508 1500 2501 9505 0917 0909 0918 0920 0921 9122
  050B 9501 099E 9122
  950A 9101 C0`;

/**
 * A desk phone with a keypad: hook and keys in report 1, programmable buttons in report 3, LEDs in report 1. The hook is
 * absolute with a preferred state (One Button Off), as handsets in a cradle are.
 */
export const phoneWithKeypad = `
  050B 0901 A101
  8501 1500 2501 7501 9501 0920 8102
  9504 0923 0924 0926 092F 8106
  9503 8103
  0906 A102 19B0 29BB 1501 250C 7508 9501 8140 C0
  8503 0907 A102 0509 1901 2904 1500 2501 7501 9504 8102 9504 8103 C0
  0508 8501 9504 0917 0918 0909 0920 9102 9504 9103 C0`;
