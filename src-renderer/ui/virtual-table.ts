/** The columns of a UiVirtualTable. Cells are drawn by the slot `cell-<key>`; without one the row's own field is shown. */
export interface UiColumn {
  readonly key: string;
  readonly title: string;
  /** A CSS grid track: `120px`, `minmax(160px, 2fr)`. Default `minmax(80px, 1fr)`. */
  readonly width?: string;
  readonly align?: 'start' | 'end' | 'center';
  /** Clicking the header asks for this order. */
  readonly sortKey?: string;
}

export interface UiSort {
  readonly key: string;
  readonly descending: boolean;
}

const defaultTrack = 'minmax(80px, 1fr)';

/**
 * The grid of head and rows. Each row is a grid of its own, so no track may depend on its content, or the columns would
 * not line up: a bare `2fr` gets a lower bound in px, and all rows share one least width (the sum of those bounds).
 */
export function tableGrid(columns: readonly UiColumn[]): { readonly template: string; readonly minWidth: number } {
  const tracks = columns.map(({ width = defaultTrack }) =>
    /^[\d.]+fr$/.test(width) ? `minmax(80px, ${width})` : width,
  );
  const least = tracks.map((track) => Number(/^(?:minmax\()?([\d.]+)px/.exec(track)?.[1] ?? 0));
  return { template: tracks.join(' '), minWidth: least.reduce((sum, each) => sum + each, 0) };
}

/** Where the arrow and page keys lead in a list of `total` rows. Null = the key is not one of ours. */
export function nextIndex(key: string, current: number, total: number, page: number): number | null {
  if (total === 0) return null;
  const last = total - 1;
  const clamp = (index: number): number => Math.max(0, Math.min(last, index));
  switch (key) {
    case 'ArrowDown':
      return clamp(current + 1);
    case 'ArrowUp':
      return clamp(current < 0 ? 0 : current - 1);
    case 'PageDown':
      return clamp(Math.max(0, current) + page);
    case 'PageUp':
      return clamp(Math.max(0, current) - page);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
