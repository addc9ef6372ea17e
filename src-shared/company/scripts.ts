import { z } from 'zod';
import { uuidPattern } from '../base/ids.ts';
import { scriptBounds } from '../domain/call-script.ts';

// 通话话术 of the company, as both contracts speak of them.

const id = z.string().regex(uuidPattern);

export const scriptFields = {
  title: z.string().trim().min(1).max(scriptBounds.title),
  /** With blanks (`snippetBlanks`), laid out by `scriptBlocks`. */
  text: z.string().trim().min(1).max(scriptBounds.text),
  /** False = at no desk. */
  active: z.boolean(),
};

/** What is changed; the rest stays. */
export const scriptPatch = {
  title: scriptFields.title.optional(),
  text: scriptFields.text.optional(),
  active: scriptFields.active.optional(),
};

export const companyScriptShape = { id, title: z.string(), text: z.string(), active: z.boolean() };

/** All of them, in their new order. */
export const scriptOrder = { ids: z.array(id).max(2 * scriptBounds.most) };
