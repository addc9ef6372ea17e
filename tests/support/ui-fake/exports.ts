import { sleep, type Clock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import type { exportsArea } from '#shared/desk-contract/areas/exports.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import type { ExportLevel, MaskReason } from '#shared/domain/exports.ts';
import { Cell } from './cell.ts';

export interface ExportState {
  readonly level: ExportLevel;
  readonly ownOnly: boolean;
  readonly progress: { readonly done: number; readonly rows: number } | null;
}

/** Files that are on their way for some seconds. */
export class FakeExports {
  readonly state = new Cell<ExportState>({ level: 'full', ownOnly: false, progress: null });
  private readonly clock: Clock;
  private readonly count: (list: 'leads' | 'calls') => number;

  constructor(clock: Clock, count: (list: 'leads' | 'calls') => number) {
    [this.clock, this.count] = [clock, count];
  }

  readonly handlers: Handlers<typeof exportsArea> = {
    'exports.look': ({ what }) => {
      const { level } = this.state.value;
      if (level === 'none') throw new AppError('access.denied');
      const rows = what.list === 'leads' && what.ids ? what.ids.length : this.count(what.list);
      return { rows, masked: level === 'masked' ? ('role' satisfies MaskReason) : null };
    },
    'exports.run': async ({ what, format }, { signal }) => {
      const rows = this.count(what.list);
      try {
        for (let done = 0; done <= rows; done += Math.ceil(rows / 20)) {
          this.progress({ done, rows });
          await sleep(this.clock, 200, signal);
        }
      } finally {
        this.progress(null);
      }
      return { url: 'data:text/plain,OK', fileName: `线索库-20260105-1405.${format}`, rows, listed: 2 };
    },
  };

  private progress(progress: ExportState['progress']): void {
    this.state.set({ ...this.state.value, progress });
  }
}
