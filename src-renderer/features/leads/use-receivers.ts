import { shallowRef, type ShallowRef } from 'vue';
import { hasRight } from '#shared/domain/company-rights.ts';
import { useDesk } from '#renderer/app/desk.ts';
import { useSession } from '#renderer/features/session/index.ts';
import { limitsOf, type LeadReceiver } from './logic/receivers.ts';

/** To whom leads may be given, with how many each follows and may follow. */
export function useReceivers(): { readonly people: ShallowRef<readonly LeadReceiver[]>; load(): Promise<void> } {
  const desk = useDesk();
  const session = useSession();
  const people = shallowRef<readonly LeadReceiver[]>([]);

  /** Managers give within their department, by whose rules they are bound themselves; administrators ask for everybody's. */
  async function limits(): Promise<((department: string) => number | null) | null> {
    if (!hasRight(session.state?.employee?.role ?? 'agent', 'pools.write')) {
      const own = await desk.attempt('leads.limits', null);
      return own.ok ? () => own.value.holdLimit : null;
    }
    const [rules, departments] = await Promise.all([desk.attempt('company.poolRules', {}), desk.attempt('company.departments', {})]); // prettier-ignore
    return rules.ok && departments.ok ? limitsOf(rules.value.rules, departments.value.departments) : null;
  }

  return {
    people,
    async load() {
      people.value = [];
      const answer = await desk.attempt('leads.assignees', null);
      if (!answer.ok) return;
      // Who is there is shown at once; with the cloud away their limits stay unknown.
      people.value = answer.value.people.map((one) => ({ ...one, limit: undefined }));
      const limitOf = await limits();
      if (limitOf) people.value = people.value.map((one) => ({ ...one, limit: limitOf(one.department) }));
    },
  };
}
