import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const sheet = readFileSync(new URL('../../src-renderer/ui/tokens/colors.css', import.meta.url), 'utf8');

type Palette = Record<string, string>;

function palette(block: string): Palette {
  return Object.fromEntries(
    [...block.matchAll(/--color-([\w-]+):\s*(#[0-9a-f]{6});/g)].map((hit) => [hit[1] ?? '', hit[2] ?? '']),
  );
}
const [lightBlock = '', darkBlock = ''] = sheet.split(":root[data-theme='dark']");
const themes: Record<string, Palette> = { light: palette(lightBlock), dark: palette(darkBlock) };

/** WCAG 2.2: relative luminance and contrast ratio. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((from) => parseInt(hex.slice(from, from + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [dim = 0, bright = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dim + 0.05);
}

function colour(colours: Palette, name: string): string {
  const found = colours[name];
  if (!found) throw new Error(`no colour ${name}`);
  return found;
}

const grounds = ['bg', 'panel', 'raised', 'sunken', 'hover', 'selected'];
const tones = ['brand', 'ok', 'warn', 'bad', 'info'];
const pairs = [
  ...['ink', 'ink-2', 'ink-3'].flatMap((ink) => grounds.map((ground) => [ink, ground] as const)),
  ...tones.flatMap((tone) => [[tone, 'panel'] as const, [tone, `${tone}-soft`] as const]),
  ...tones.map((tone) => ['ink-2', `${tone}-soft`] as const),
  ['on-brand', 'brand'] as const,
  ['on-brand', 'brand-hover'] as const,
  ['on-bad', 'bad'] as const,
  ['panel', 'ink'] as const,
];

describe.each(Object.entries(themes))('colours of the %s theme', (_name, colours) => {
  it('are legible: every text on every ground it may stand on keeps 4.5:1', () => {
    const weak = pairs
      .map(([text, ground]) => ({
        pair: `${text} on ${ground}`,
        ratio: contrast(colour(colours, text), colour(colours, ground)),
      }))
      .filter(({ ratio }) => ratio < 4.5);
    expect(weak).toEqual([]);
  });
});
