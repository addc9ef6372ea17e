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

/**
 * Anker PowerConf, a USB speakerphone (291a:3301; read from hidraw, LED part as the device reported it): consumer keys in
 * report 1, telephony in report 2, and every key marked constant (0x23, 0x07), though people press them.
 */
export const speakerphone = `
  050C 0901 A101 8501 1500 2501 09E9 09EA 09E2 09CD 09B5 09B6 09B3 09B7 7501 9508 8142 C0
  050B 0905 A101 8502
  050B 1500 2501 0920 0997 7501 9502 8123
  092F 0921 0970 0950 7501 9504 8107
  0508 0917 0909 0918 0920 0921 7501 9505 9122
  9503 9103 C0`;

/**
 * The telephony part of a USB conference camera's firmware, made for the Microsoft set of usages (page 0B 2B and 2A too):
 * keys in report 8, and an output report for each light alone: 9 mute, 17 off-hook, 18 ring, 20 hold.
 */
export const conferenceCamera = `
  050B 0905 A101 8508 1500 2501
  0920 7501 9501 8122 0997 7501 9501 8122 092B 7501 9501 8122 092A 7501 9501 8122
  092F 7501 9501 8106 0921 7501 9501 8106 0924 7501 9501 8106
  0907 0509 0901 7501 9501 8102
  0508 8509 0909 9501 9122 9507 9101
  8517 0917 9501 9122 9507 9101
  8518 0918 9501 9122 9507 9101
  8520 0920 9501 9122 9507 9101 C0`;

/** Microsoft SideWinder Game Voice (045e:003b), without report ids: a "headset" that is eight buttons, 17 to 24. */
export const buttonPad = `
  050B 0905 A101 0509 1911 2918 1500 2501 7501 9508 8122
  0508 093A A102 0509 1911 2917 1500 2501 7501 9507 B1A2 C0
  06FFFF 0901 1500 2501 7501 9501 B122 C0`;
