/** 主叫号码: what the other side is shown of us in one call. */
export interface CallerIdentity {
  /** One of the numbers that the PBX lets this extension show; null = whatever the PBX shows by itself. */
  readonly callerId: string | null;
  /** Nothing is shown, and the PBX alone knows who calls. */
  readonly hideNumber: boolean;
}

/** As PBXs want it, without what people put between digits; null = no number. */
export function readCallerId(typed: string): string | null {
  const text = typed.normalize('NFKC').replace(/[\s\-()]/g, '');
  return /^\+?\d{2,20}$/.test(text) ? text : null;
}
