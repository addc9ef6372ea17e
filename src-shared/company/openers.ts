import { z } from 'zod';
import { uuidPattern } from '../base/ids.ts';
import { openerClip } from '../domain/opener.ts';

// 开场白 of the company, as both contracts speak of them.

const id = z.string().regex(uuidPattern);
/** Of the clip as it is played: content and name of the file are the same thing. Hex. */
export const clipHash = z.string().regex(/^[0-9a-f]{64}$/);

export const companyOpenerFields = {
  name: z.string().trim().min(1).max(openerClip.nameLength),
  /** What is said in it; may be empty. */
  text: z.string().max(openerClip.textLength),
  /** For whose desks; null = everybody's. */
  departmentIds: z.array(id).min(1).max(200).nullable(),
  /** Switched off it is at no desk. */
  enabled: z.boolean(),
  /** 默认开场白 of those whom it is for and who have chosen none themselves. */
  isDefault: z.boolean(),
};

/** A new one, with the sound that was sent before. */
export const newCompanyOpener = { ...companyOpenerFields, sha256: clipHash };

/** What is changed; the rest stays. */
export const companyOpenerPatch = {
  name: companyOpenerFields.name.optional(),
  text: companyOpenerFields.text.optional(),
  departmentIds: companyOpenerFields.departmentIds.optional(),
  enabled: companyOpenerFields.enabled.optional(),
  isDefault: companyOpenerFields.isDefault.optional(),
  sha256: clipHash.optional(),
};

export const companyOpenerShape = {
  id,
  ...companyOpenerFields,
  name: z.string(),
  text: z.string(),
  departmentIds: z.array(id).nullable(),
  sha256: clipHash,
  durationMs: z.number().int().nonnegative(),
};

/** All of them, in their new order. */
export const openerOrder = { ids: z.array(id).max(200) };
