import type { Snippet } from '#shared/desk-contract/areas/snippets.ts';
import { useCommand } from '#renderer/app/desk.ts';
import { useDragOrder } from '#renderer/ui/index.ts';
import { placeBeside } from './logic/snippet-list.ts';

type Move = ReturnType<typeof useCommand<'snippets.move'>>;

interface OwnOrder extends Pick<Move, 'failure'>, ReturnType<typeof useDragOrder> {
  /** One place up (−1) or down among those that are shown. @returns whether it has another place now */
  step(id: string, by: 1 | -1): Promise<boolean>;
}

/** The order of the person's own, by drag and by keys. @param own all of them @param shown those that are on the screen, own or not */
export function useOwnOrder(own: () => readonly Snippet[], shown: () => readonly Snippet[]): OwnOrder {
  const { run, failure } = useCommand('snippets.move');
  async function beside(id: string, target: string, below: boolean): Promise<boolean> {
    const ids = own().map((one) => one.id);
    return (await run({ id, after: placeBeside(ids, id, target, below) })).ok;
  }
  return {
    ...useDragOrder(beside),
    failure,
    async step(id, by) {
      const there = shown().filter((one) => one.own);
      const target = there[there.findIndex((one) => one.id === id) + by];
      return target !== undefined && (await beside(id, target.id, by === 1));
    },
  };
}
