import { useCommand } from '#renderer/app/desk.ts';
import { planTime } from './logic/plan-times.ts';

const snoozeMs = 10 * 60_000;

/** 下次跟进 of leads that the person follows: each deed writes it, and `failure` says why the last one did not. */
export function usePlan() {
  const edit = useCommand('leads.edit');
  const write = (id: string, fields: { nextFollowUpAt?: number | null; nextFollowUpNote?: string | null }) =>
    edit.run({ id, fields });
  /** @param at ms */
  const planFor = (id: string, at: number) => write(id, { nextFollowUpAt: at });
  const snooze = (id: string) => planFor(id, Date.now() + snoozeMs);
  return {
    failure: edit.failure,
    planFor,
    /** 10 分钟后. */
    snooze,
    /** 明天 10:00. */
    tomorrow(id: string) {
      const at = planTime('tomorrow', Date.now());
      return at === null ? snooze(id) : planFor(id, at);
    },
    noteOf: (id: string, note: string) => write(id, { nextFollowUpNote: note }),
    done: (id: string) => write(id, { nextFollowUpAt: null, nextFollowUpNote: null }),
  };
}
