import type { DueFollowUp, DueFollowUps } from '#shared/desk-contract/areas/leads.ts';

/** Which reminder rings when: on the line none; the last that came then rings once they have hung up, unless it was dealt with. */
export class Bell {
  private unheard: string | null = null;

  /** @param onLine whether a call is live @returns what rings now */
  told(next: DueFollowUps, onLine: boolean): DueFollowUp | null {
    const rings = next.due.find(({ leadId }) => leadId === next.rings) ?? null;
    if (rings) this.unheard = onLine ? rings.leadId : null;
    return onLine ? null : rings;
  }

  /** @param due what is due by now @returns what rings now */
  hungUp(due: readonly DueFollowUp[]): DueFollowUp | null {
    const late = due.find(({ leadId }) => leadId === this.unheard) ?? null;
    this.unheard = null;
    return late;
  }
}
