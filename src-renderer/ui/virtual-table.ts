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
