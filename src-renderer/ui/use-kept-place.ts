import type { Ref } from 'vue';
import { placeNow, type RowId } from './kept-place.ts';
import type { TableList } from './windowed-list.ts';

/** A mouse that has moved within this time is about to click, ms. */
const aimsMs = 3_000;

/** Whoever has gone further has moved by itself. */
const nearRows = 100;

interface Table<Row> {
  readonly list: () => TableList<Row>;
  /** What stands on the screen. */
  readonly drawn: () => readonly { readonly index: number; readonly row: Row | undefined }[];
  readonly scroller: Readonly<Ref<HTMLElement | undefined>>;
  /** The row with the cursor; -1 = none. */
  readonly selected: Ref<number>;
  readonly firstInView: () => number;
  readonly moveBy: (rows: number) => void;
}

interface KeptPlace {
  /** The list has changed in whatever way, and nothing of it is drawn yet. */
  changed(): void;
  aims(): void;
}

/** The row that an element is, or is in; -1 = none. */
const rowIndexOf = (element: Element | null | undefined): number =>
  Number(element?.closest('[role=row]')?.getAttribute('aria-rowindex') ?? 1) - 2;

/** The row that has the focus, or something in it has; -1 = none, or the table as a whole. */
export const focusedRow = (scroller: HTMLElement | undefined): number =>
  scroller?.contains(document.activeElement) ? rowIndexOf(document.activeElement) : -1;

const idOf = (row: unknown): RowId | undefined => (row as { readonly id?: RowId } | undefined)?.id;

/**
 * Colleagues take rows out of a list and put rows into it while somebody works in it. The cursor goes with its row, so that a key never
 * means another customer than the one that was read; what the mouse aims at, and what was scrolled to, stays where it is on the screen.
 * Rows without an `id` are told apart by nothing, and stay as they come.
 */
export function useKeptPlace<Row>({ list, drawn, scroller, selected, firstInView, moveBy }: Table<Row>): KeptPlace {
  /** As they stood before the answers that are under way. */
  let then: Map<number, RowId> | null = null;
  let aimedAt = -Infinity;

  function rowsThen(): Map<number, RowId> {
    const known = drawn().map(({ index, row }) => [index, idOf(row)] as const);
    return new Map(known.filter((pair): pair is [number, RowId] => pair[1] !== undefined));
  }

  function keep(before: Map<number, RowId>): void {
    const stood = [...before.keys()];
    const near = list().fresh(Math.min(...stood) - nearRows, Math.max(...stood) + nearRows);
    const here = new Map([...near].map(([index, row]) => [idOf(row), index]));
    const now = (place: number): number => placeNow(place, before, (id) => here.get(id) ?? -1) ?? place;
    const [anchor, cursor, focused] = [anchorOf(before), selected.value, focusedRow(scroller.value)];
    if (cursor >= 0) selected.value = now(cursor);
    // What has the focus is an element, and that is another row now: the next key would be for somebody else.
    if (focused >= 0 && now(focused) !== focused) scroller.value?.focus({ preventScroll: true });
    if (anchor >= 0) moveBy(now(anchor) - anchor);
  }

  /** What is to stay where it is on the screen; -1 = nothing is: at the top of a list what is new comes into view. */
  function anchorOf(before: ReadonlyMap<number, RowId>): number {
    const scrolled = (scroller.value?.scrollTop ?? 0) > 0;
    const aimed = rowIndexOf(scroller.value?.querySelector('[role=row]:hover'));
    if (aimed >= 0 && (scrolled || performance.now() - aimedAt < aimsMs)) return aimed;
    if (!scrolled) return -1;
    return before.has(selected.value) ? selected.value : firstInView();
  }

  return {
    changed() {
      const { total, loading } = list();
      if (total === null) then = null;
      else if (loading) then ??= rowsThen();
      else if (then) {
        if (then.size > 0) keep(then);
        then = null;
      }
    },
    aims() {
      aimedAt = performance.now();
    },
  };
}
