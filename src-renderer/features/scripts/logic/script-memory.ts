/** What a window remembers of the panel. */
export interface ScriptMemory {
  readonly open: boolean;
  /** Of the script that was chosen last; null = none was. */
  readonly id: string | null;
}

const key = 'jinhu.scripts';
const nothing: ScriptMemory = { open: true, id: null };

/** What was kept last; what cannot be read is as if nothing had been. */
export function readMemory(storage: Pick<Storage, 'getItem'>): ScriptMemory {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return nothing;
    const { open, id } = kept as { open?: unknown; id?: unknown };
    return { open: open !== false, id: typeof id === 'string' ? id : null };
  } catch {
    return nothing;
  }
}

export const writeMemory = (storage: Pick<Storage, 'setItem'>, memory: ScriptMemory): void =>
  storage.setItem(key, JSON.stringify(memory));
