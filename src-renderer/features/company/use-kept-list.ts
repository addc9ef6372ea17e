import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { putBeside } from '#renderer/ui/index.ts';

/** A list of the company that is written, put in order and taken away: its rows, and what is done with one of them. */
export interface KeptList<Row> {
  /** Null until the first answer. */
  readonly rows: ShallowRef<readonly Row[] | null>;
  /** 'new', or which one is edited. */
  readonly form: ShallowRef<Row | 'new' | null>;
  readonly removing: ShallowRef<Row | null>;
  readonly busy: Ref<boolean>;
  read(): Promise<void>;
  /** One deed at a time: the next is made of what the list says then. */
  deed(work: () => Promise<unknown>): Promise<void>;
  /** The row at `at` one place up (−1) or down. */
  move(at: number, by: 1 | -1): Promise<void>;
  /** One directly above or below another. */
  moveBeside(id: string, target: string, below: boolean): Promise<void>;
  removeNow(): Promise<void>;
  saved(): Promise<void>;
}

/** What the cloud is asked; each says by itself what it was refused with. */
export interface KeptListAsks<Row> {
  /** Null = refused. */
  read(): Promise<readonly Row[] | null>;
  order(ids: string[]): Promise<unknown>;
  /** @returns whether it is gone */
  remove(id: string): Promise<boolean>;
}

export function useKeptList<Row extends { readonly id: string }>(asks: KeptListAsks<Row>): KeptList<Row> {
  const rows = shallowRef<readonly Row[] | null>(null);
  const form = shallowRef(null) as ShallowRef<Row | 'new' | null>;
  const removing = shallowRef(null) as ShallowRef<Row | null>;
  const busy = ref(false);

  async function read(): Promise<void> {
    rows.value = (await asks.read()) ?? rows.value;
  }
  async function deed(work: () => Promise<unknown>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    await work();
    await read();
    busy.value = false;
  }
  async function moveBeside(id: string, target: string, below: boolean): Promise<void> {
    const ids = (rows.value ?? []).map((one) => one.id);
    await deed(() => asks.order(putBeside(ids, id, target, below)));
  }
  return {
    rows,
    form,
    removing,
    busy,
    read,
    deed,
    async move(at, by) {
      const [moved, other] = [rows.value?.[at], rows.value?.[at + by]];
      if (moved && other) await moveBeside(moved.id, other.id, by === 1);
    },
    moveBeside,
    async removeNow() {
      if (!removing.value || !(await asks.remove(removing.value.id))) return;
      removing.value = null;
      await read();
    },
    async saved() {
      form.value = null;
      await read();
    },
  };
}
