/** 开场白 as it is played: 16-bit mono PCM in a WAV file, at the sample rate of calls. */
export const openerClip = {
  /** Hz */
  sampleRate: 8000,
  minMs: 500,
  maxMs: 60_000,
  nameLength: 40,
  textLength: 2000,
} as const;

/** Of one company: a list that people look through, not an archive. */
export const mostCompanyOpeners = 50;
