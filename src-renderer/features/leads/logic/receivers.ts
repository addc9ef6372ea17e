import { spreadLeads, type Spread, type SpreadLead } from '#shared/domain/lead-spread.ts';

/** Somebody to whom leads may be given, as the form shows them. */
export interface LeadReceiver {
  readonly id: string;
  readonly name: string;
  readonly department: string;
  readonly follows: number;
  /** 保有量上限; null = none; undefined = this desk does not know it. */
  readonly limit: number | null | undefined;
}

/** How many more they may follow; null = as many as there are, or nobody knows: the cloud decides. */
export const roomOf = ({ follows, limit }: LeadReceiver): number | null => (typeof limit === 'number' ? Math.max(0, limit - follows) : null); // prettier-ignore

/** What giving these leads to these people comes to. */
export const shareOut = (leads: readonly SpreadLead[], people: readonly LeadReceiver[]): Spread =>
  spreadLeads(leads, people.map((one) => ({ id: one.id, room: roomOf(one) }))); // prettier-ignore

interface Rules {
  readonly departmentId: string | null;
  readonly holdLimit: number | null;
}

/** By the rules of each one's department, else the company's: desks know departments by their names. */
export function limitsOf(
  rules: readonly Rules[],
  departments: readonly { readonly id: string; readonly name: string }[],
): (department: string) => number | null {
  const named = new Map(departments.map(({ id, name }) => [name, id]));
  const company = rules.find(({ departmentId }) => departmentId === null)?.holdLimit ?? null;
  return (department) => {
    const id = named.get(department);
    const own = id === undefined ? undefined : rules.find(({ departmentId }) => departmentId === id);
    return own ? own.holdLimit : company;
  };
}
