import type { SimCall } from '../../network/sim-call.ts';

/** TS 27.007 §7.18. */
export const clccStat = { active: 0, held: 1, dialing: 2, alerting: 3, incoming: 4, waiting: 5, ended: 6 } as const;

/** The calls of one modem under their CLCC index. An index is free again at once, as on real modems. */
export class CallList {
  private readonly entries: { index: number; call: SimCall }[] = [];
  private readonly firstIndex: number;

  constructor(firstIndex: number) {
    this.firstIndex = firstIndex;
  }

  get all(): readonly { index: number; call: SimCall }[] {
    return this.entries;
  }

  add(call: SimCall): number {
    let index = this.firstIndex;
    while (this.entries.some((entry) => entry.index === index)) index += 1;
    this.entries.push({ index, call });
    this.entries.sort((a, b) => a.index - b.index);
    return index;
  }

  remove(call: SimCall): void {
    const at = this.entries.findIndex((entry) => entry.call === call);
    if (at >= 0) this.entries.splice(at, 1);
  }

  /** The rest moves up, as on makes where an index is only a place in the list. */
  renumber(): void {
    for (const [place, entry] of this.entries.entries()) entry.index = this.firstIndex + place;
  }

  indexOf(call: SimCall): number {
    return this.entries.find((entry) => entry.call === call)?.index ?? 0;
  }

  byIndex(index: number): SimCall | null {
    return this.entries.find((entry) => entry.index === index)?.call ?? null;
  }

  in(...states: SimCall['state'][]): SimCall[] {
    return this.entries.map((entry) => entry.call).filter((call) => states.includes(call.state));
  }

  get ringing(): SimCall | null {
    return this.in('incoming', 'waiting')[0] ?? null;
  }

  get active(): SimCall | null {
    return this.in('active')[0] ?? null;
  }
}
