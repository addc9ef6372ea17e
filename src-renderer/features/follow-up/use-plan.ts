import { useCommand } from '#renderer/app/desk.ts';

/** 下次跟进 of leads that the person follows: each deed writes it, and `failure` says why the last one did not. */
export function usePlan() {
  const edit = useCommand('leads.edit');
  const write = (id: string, fields: { nextFollowUpAt?: number | null; nextFollowUpNote?: string | null }) =>
    edit.run({ id, fields });
  return {
    failure: edit.failure,
    /** @param at ms */
    planFor: (id: string, at: number) => write(id, { nextFollowUpAt: at }),
    noteOf: (id: string, note: string) => write(id, { nextFollowUpNote: note }),
    done: (id: string) => write(id, { nextFollowUpAt: null, nextFollowUpNote: null }),
  };
}
