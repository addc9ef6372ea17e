import { withoutRow } from '../changes/index.ts';

/** Entries of lists whose rows are gone (`forgetListings`). One that was taken off or rejected is still shown. */
export const forgottenListings = withoutRow('listing');
