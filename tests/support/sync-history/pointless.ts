import type { CloudOp } from '#engine/sync/index.ts';

type Type = CloudOp['type'];

/**
 * Which refusals a desk may have forgotten (decision 32): the person has done the same to the lead again since, or it has come to
 * where they wanted it. Everything else that was refused stays to be read.
 */
export class Pointless {
  private turn = 0;
  private readonly deeds: { turn: number; desk: number; type: Type; leadId: string }[] = [];
  private readonly owners: { turn: number; leadId: string; ownerId: string | null }[] = [];
  private readonly refusals = new Map<string, number>();

  /** Somebody did that at a desk. */
  did(desk: number, type: Type, leadId: string): void {
    this.deeds.push({ turn: (this.turn += 1), desk, type, leadId });
  }

  /** The cloud has answered an operation, and somebody has its lead then. */
  answered({ opId, row }: CloudOp, isRefused: boolean, ownerId: string | null | undefined): void {
    this.turn += 1;
    if (isRefused && !this.refusals.has(opId)) this.refusals.set(opId, this.turn);
    if (ownerId !== undefined) this.owners.push({ turn: this.turn, leadId: row.id, ownerId });
  }

  /** @param op refused, at this desk of this person */
  mayBeForgotten(desk: number, personId: string, op: CloudOp): boolean {
    const since = this.refusals.get(op.opId) ?? 0;
    const wanted = ownerWanted(op, personId);
    return (
      this.deeds.some((one) => one.turn > since && one.desk === desk && one.type === op.type && one.leadId === op.row.id && op.type !== 'lead.patch') ||
      (wanted !== undefined && this.owners.some((one) => one.turn >= since && one.leadId === op.row.id && one.ownerId === wanted))
    ); // prettier-ignore
  }
}

function ownerWanted(op: CloudOp, personId: string): string | null | undefined {
  if (op.type === 'lead.claim') return personId;
  if (op.type === 'lead.release') return null;
  return op.type === 'lead.assign' ? op.row.to : undefined;
}
